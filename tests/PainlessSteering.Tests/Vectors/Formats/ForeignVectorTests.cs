using PainlessSteering.Tests.Models;
using PainlessSteering.Tests.Vectors.Hostile;
using PainlessSteering.Vectors.Formats;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Vectors.Formats;

/// <summary>What files of other programs say about their vectors, down to the edits.</summary>
public sealed class ForeignVectorTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TinyModelFolder _model = new(); // Three blocks.

    public void Dispose()
    {
        _folder.Dispose();
        _model.Dispose();
    }

    [Theory]
    [InlineData("lm-eval-add.pt", "add residual 3 x1 *5 All")]
    [InlineData("lm-eval-clamp.pt", "set residual 3 x1 *1 All")]
    [InlineData("steering-vectors-attn.pt", "add self_attn 2 x1 *1 All")]
    [InlineData("steering-vectors.pt", "add residual 2 x1, add residual 3 x1 *1 All")]
    [InlineData("projection.gguf", "ablate residual 2 x1 *1 All")]
    [InlineData("repeng.gguf", "add residual 1 x1, add residual 2 x1, add residual 3 x1, add residual 4 x1 *1 All")]
    [InlineData("dict-negative.pt", "add residual 4 x1, add residual 3 x1 *1 Last")]
    public void AFileOfAnotherProgramMeansWhatItSays(string name, string expected)
    {
        var (vector, _) = new SteeringImport().Read(Shared.PathOf("cases", "vector-files", name), Shared.PathOf("models", "stories260K"));
        var edits = string.Join(", ", vector.Edits.Select(edit => FormattableString.Invariant($"{edit.Operation} {edit.Site} {edit.Layer} x{edit.Strength}")));
        Assert.Equal(expected, FormattableString.Invariant($"{edits} *{vector.Strength} {vector.TokenRule}"));
    }

    [Theory]
    [InlineData("list-with-embedding.pt", "of hidden states the first is the embedding's")]
    [InlineData("rows-with-embedding.pt", "does not fit the model's hidden size")]
    [InlineData("with-layer-0.gguf", "names no block")]
    [InlineData("bare.pt", "does not say which block")]
    public void AFileThatLeavesSomethingOpenIsRefused(string name, string told) => Assert.Contains(
        told, Assert.Throws<PasException>(() => new SteeringImport().Read(Shared.PathOf("cases", "vector-files", name), Shared.PathOf("models", "stories260K"))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("selflist.pt", "stands in more than one place, or in itself")]
    [InlineData("stride0.pt", "shows the 96 numbers of its storage more than once, up to 1048576 in all")]
    public void AHostileFileIsRefusedInTime(string name, string told) =>
        Assert.Contains(told, HostileCase.Import(Shared.PathOf("cases", "hostile", "pt", name), name), StringComparison.Ordinal);

    /// <summary>As the evaluation harness computes it: the bias is taken away, the length along the direction set, the bias added.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AClampIsASetEditWithTheBiasInItsTarget(bool biased)
    {
        float[] direction = [.. Enumerable.Range(0, TinyModels.Llama.HiddenSize).Select(i => MathF.Sin(i) * 3)], bias = [.. Enumerable.Range(0, TinyModels.Llama.HiddenSize).Select(i => MathF.Cos(i * 7))];
        var vector = Read(new Dictionary<object, object?> { ["layers.1.mlp"] = Entry("clamp", 2.5, direction, biased ? bias : null) });
        using var scope = NewDisposeScope();
        using var rows = randn(1, 1, 5, TinyModels.Llama.HiddenSize);
        Tensor away = biased ? tensor(bias) : zeros(TinyModels.Llama.HiddenSize), unit = tensor(direction) / tensor(direction).norm();
        var clamped = rows - away;
        clamped = clamped - ((clamped * unit).sum(-1, keepdim: true) * unit) + (2.5 * unit) + away;
        var edit = Assert.Single(vector.Edits);
        edit.Operation.Apply(rows, edit.Operation.Prepare([edit.Times(vector.Strength)], ScalarType.Float32, CPU));
        Assert.Equal(("set", "mlp", 1), (edit.Operation.Name, edit.Site.Name, edit.Layer));
        Assert.True((clamped - rows).abs().max().item<float>() < 1e-5, "not what the harness computes");
    }

    [Fact]
    public void StrengthsThatDifferStayWithTheEdits()
    {
        float[] values = [.. Enumerable.Repeat(1f, TinyModels.Llama.HiddenSize)];
        var file = new Dictionary<object, object?> { ["layers.0"] = Entry("add", 5, values, null), ["layers.2"] = Entry("add", -0.5, values, null) };
        var vector = Read(file);
        Assert.Equal((1.0, 5.0, -0.5), (vector.Strength, vector.Edits[0].Strength, vector.Edits[1].Strength));
        Assert.Contains("different strengths", Refused(file, new SteeringImport(Strength: 2)), StringComparison.Ordinal);
        Assert.Equal((2.0, 1.0), (Read(file, new SteeringImport(Layer: 0, Strength: 2)).Strength, Read(file, new SteeringImport(Layer: 0)).Edits[0].Strength));
    }

    [Fact]
    public void TwoVectorsForOnePlaceAreRefused()
    {
        float[] values = [.. Enumerable.Repeat(1f, TinyModels.Llama.HiddenSize)];
        Assert.Contains("several vectors for one place", Refused(new Dictionary<object, object?> { ["layer_1"] = values, ["layers.1"] = values }), StringComparison.Ordinal);
        Assert.Contains("several vectors for one place", Refused(new Dictionary<object, object?> { ["layer_2"] = values, ["-1"] = values }), StringComparison.Ordinal);
        Assert.Contains("several vectors for one place", Refused(new Dictionary<object, object?> { ["vector"] = values, ["direction"] = values }, new SteeringImport(Layer: 1)), StringComparison.Ordinal);
        Assert.Equal(2, Read(new Dictionary<object, object?> { ["layer_1"] = new Dictionary<object, object?> { ["mlp"] = values, ["self_attn"] = values } }).Edits.Count);
        Assert.Equal(3, Read(new object?[] { values, values, values }).Edits.Count);
        Assert.Contains("is not in the model", Refused(new Dictionary<object, object?> { ["-4"] = values }), StringComparison.Ordinal);
    }

    private static Dictionary<object, object?> Entry(string action, double coefficient, float[] values, float[]? bias) =>
        new() { ["action"] = action, ["steering_coefficient"] = coefficient, ["steering_vector"] = values, ["bias"] = bias, ["head_index"] = null };

    private PainlessSteering.Vectors.SteeringVector Read(object file, SteeringImport? import = null) =>
        (import ?? new SteeringImport()).Read(_folder.Write("v.pt", PickleBytes.File(file)), _model.Path).Vector;

    private string Refused(object file, SteeringImport? import = null) => Assert.Throws<PasException>(() => Read(file, import)).Message;
}
