namespace PainlessSteering.Engine.Files.Gguf;

/// <summary>Types of metadata values in a GGUF file, by their number there.</summary>
internal enum GgufValueType
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
