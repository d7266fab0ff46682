namespace PainlessSteering.Vectors.Formats.Gguf;

/// <summary>Types of metadata values in a GGUF file, by their number there.</summary>
internal enum GgufType
{
    UInt8,
    Int8,
    UInt16,
    Int16,
    UInt32,
    Int32,
    Float32,
    Boolean,
    Text,
    Array,
    UInt64,
    Int64,
    Float64,
}
