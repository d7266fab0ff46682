using System.Text.Json.Serialization;

namespace PainlessSteering.Data;

/// <summary>Which of the two ways of running an experiment is followed (method.md §4).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Protocol>))]
public enum Protocol
{
    /// <summary>The default: mends what would fool a user.</summary>
    [JsonStringEnumMemberName("sound")] Sound,

    /// <summary>The paper's released code, number by number.</summary>
    [JsonStringEnumMemberName("paper")] Paper,
}
