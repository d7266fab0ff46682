using PainlessSteering.Engine.Files.Gguf;
using static TorchSharp.torch;

namespace PainlessSteering.Engine.Sources;

/// <summary>How a weight lies in its files, as far as their headers say.</summary>
/// <param name="Type">Type of the tensor that it is loaded as where none is asked for; null for one that is made in the type that is asked for.</param>
/// <param name="Blocks">The blocks of a GGUF file that it may be held in; or null.</param>
/// <param name="IsFileView">Whether it is loaded as a view of a mapped file.</param>
internal readonly record struct StoredForm(ScalarType? Type, BlockType? Blocks, bool IsFileView);
