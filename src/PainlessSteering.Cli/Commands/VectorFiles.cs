using System.CommandLine;
using PainlessSteering.Vectors;
using PainlessSteering.Vectors.Formats;

namespace PainlessSteering.Cli.Commands;

/// <summary>What the verbs of <c>pas vector</c> share.</summary>
internal static class VectorFiles
{
    /// <summary>One vector of the tool's own format.</summary>
    public static Argument<string> One(string name = "vector") => new(name) { Description = "Steering vector that pas wrote (.safetensors)." };

    /// <summary>Two or more vectors.</summary>
    public static Argument<string[]> Several() => new("vectors") { Description = "Steering vectors that pas wrote, two or more.", Arity = new ArgumentArity(2, 1000) };

    /// <summary>Where the result goes.</summary>
    public static Option<string> Out() => new("--out") { HelpName = "file", Description = "File to write.", Required = true };

    /// <summary>Saves a vector and says what it is.</summary>
    public static int Save(ParseResult parsed, Option<string> target, SteeringVector vector)
    {
        var path = parsed.GetRequiredValue(target);
        SafetensorsFormat.Write(path, vector);
        VectorReport.Write(Screen.On(parsed.InvocationConfiguration.Output), vector, path);
        parsed.InvocationConfiguration.Error.WriteLine("the new vector has not been tested yet; pas eval does that");
        return 0;
    }
}
