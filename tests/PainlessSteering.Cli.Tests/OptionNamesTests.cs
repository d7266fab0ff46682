using System.CommandLine;
using System.Text.RegularExpressions;
using PainlessSteering.Cli;

namespace PainlessSteering.Tests.Cli;

/// <summary>The table of settings and options, held against the sources of the libraries and against the real command line.</summary>
public sealed partial class OptionNamesTests
{
    /// <summary>The verbs in which an error of a library's file can come up. A file that names a setting stands here.</summary>
    private static readonly Dictionary<string, string[]> Verbs = new()
    {
        ["Engine/Weights/Linear.cs"] = ["sft"],
        ["Engine/Weights/WeightFormat.cs"] = ["fit", "eval", "sft", "generate", "chat", "serve", "bench"],
        ["Engine/Sources/MemoryNeed.cs"] = ["fit", "eval", "sft", "generate", "chat", "serve", "bench"],
        ["Engine/Batching/MemoryBudget.cs"] = ["fit", "eval", "sft", "bench", "study run"],
        ["Training/AdapterFolder.cs"] = ["sft"],
        ["Training/LoraModel.cs"] = ["sft"],
        ["Training/SftOptions.cs"] = ["sft"],
        ["Training/SftRun.cs"] = ["sft"],
        ["Training/SftTrainer.cs"] = ["sft"],
        ["Training/TrainingMemory.cs"] = ["sft", "study run"],
        ["Training/TrainingState.cs"] = ["sft"],
        ["Data/AnswerReader.cs"] = ["fit", "eval", "sft", "data"],
        ["Data/AnswerForm.cs"] = ["fit", "eval", "sft", "data"],
        ["Data/BadRow.cs"] = ["fit", "eval", "sft", "data"],
        ["Data/ColumnRoles.cs"] = ["fit", "eval", "sft", "data"],
        ["Data/Dataset.cs"] = ["fit", "eval", "sft", "data"],
        ["Scoring/ChoiceEncoder.cs"] = ["fit", "eval", "sft"],
        ["Evaluation/ConditionFit.cs"] = ["fit"],
        ["Evaluation/FitArtifact.cs"] = ["inspect"],
        ["Evaluation/FitOptions.cs"] = ["fit"],
        ["Sweeps/SweepResult.cs"] = ["fit", "eval", "sft", "bench"],
        ["Evaluation/TrainingRecord.cs"] = ["fit"],
        ["Evaluation/Caching/ActivationCache.cs"] = ["fit", "study run"],
        ["Evaluation/Benchmarks/RandomShapes.cs"] = ["bench"],
        ["Engine/Sources/Gguf/OtherGgufFiles.cs"] = ["fit", "eval", "generate", "chat", "serve"],
        ["Engine/Generation/GenerationEngineOptions.cs"] = ["serve"],
        ["Engine/Generation/GenerationOptions.cs"] = ["generate"],
        ["Engine/Generation/LogitCheck.cs"] = ["generate", "chat"],
        ["Engine/Generation/SamplingOptions.cs"] = ["generate", "chat"],
        ["Vectors/SteeringVector.cs"] = ["eval", "generate", "chat", "serve", "inspect"],
        ["Vectors/Formats/SteeringExport.cs"] = ["vector export"],
        ["Vectors/Formats/SteeringImport.cs"] = ["vector import"],
        ["Server/Connections/Listening.cs"] = ["serve"],
        ["Server/ServerOptions.cs"] = ["serve"],
        ["Studies/SlurmJob.cs"] = ["study submit"],
        ["Cli/Commands/GridOptions.cs"] = ["fit"], // Hands settings to parsers of the libraries.
        ["Cli/Commands/ModelOptions.cs"] = ["fit", "eval", "sft", "bench", "study run"],
        ["Cli/Commands/VectorImportCommand.cs"] = ["vector import"],
    };

    /// <summary>What is said of another verb than the one that fails.</summary>
    private static readonly Dictionary<(string File, string Setting), string> Elsewhere = new()
    {
        [("Scoring/ChoiceEncoder.cs", "Scorer")] = "fit",
        [("Vectors/Formats/SteeringExport.cs", "Layers")] = "fit",
        [("Vectors/Formats/SteeringExport.cs", "Sites")] = "fit",
        [("Vectors/Formats/SteeringExport.cs", "TokenRuleOverride")] = "generate",
    };

    [Fact]
    public void EverySettingThatALibraryNamesHasAnOptionOrAReason()
    {
        var named = Named().ToList();
        Assert.True(named.Count > 60, "the sources name far more settings");
        Assert.DoesNotContain(named, one => !OptionNames.Options.ContainsKey(one.Setting) && !OptionNames.Without.ContainsKey(one.Setting));
        Assert.DoesNotContain(named, one => OptionNames.Options.ContainsKey(one.Setting) && OptionNames.Without.ContainsKey(one.Setting));
    }

    [Fact]
    public void NoOptionStandsInTheTableForNothing()
    {
        var named = Named().Select(one => one.Setting).ToHashSet();
        Assert.DoesNotContain(OptionNames.Options.Keys.Concat(OptionNames.Without.Keys), setting => !named.Contains(setting));
    }

    [Fact]
    public void EveryVerbThatCanFailSoHasTheOption() => Assert.Empty(
        from one in Named()
        where OptionNames.Options.ContainsKey(one.Setting)
        let option = OptionName().Match(OptionNames.Options[one.Setting]).Value
        from verb in Elsewhere.TryGetValue(one, out var other) ? [other] : Verbs.GetValueOrDefault(one.File, ["no verb is written down"])
        where !OptionsOf(verb).Contains(option)
        select $"{one.File}: {one.Setting} is {option}, which 'pas {verb}' does not have");

    /// <summary>The settings that a source names, by its path without the beginning of the project's name.</summary>
    private static IEnumerable<(string File, string Setting)> Named() => (
        from path in Directory.EnumerateFiles(Repository.PathOf("src"), "*.cs", SearchOption.AllDirectories)
        let file = Regex.Replace(Path.GetRelativePath(Repository.PathOf("src"), path).Replace('\\', '/'), @"^PainlessSteering[./]", "")
        where !file.StartsWith("Core/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal) && !file.StartsWith("obj/", StringComparison.Ordinal)
        from setting in Named(File.ReadAllText(path), file.StartsWith("Cli/", StringComparison.Ordinal))
        select (file, setting)).Distinct();

    private static IEnumerable<string> Named(string code, bool tool)
    {
        foreach (Match match in (tool ? Parsed() : Told()).Matches(code))
        {
            yield return match.Groups[1].Value;
        }

        // A constant, and names that are handed to a method which throws.
        foreach (var constant in tool ? [] : Constant().Matches(code).Select(match => match.Groups[1].Value).Distinct())
        {
            foreach (Match value in Regex.Matches(code, $@"const string [^;]*\b{constant} = ""(\w+)"""))
            {
                yield return value.Groups[1].Value;
            }
        }

        foreach (Match match in !tool && Handed().IsMatch(code) ? Names().Matches(code) : Regex.Matches("", "x"))
        {
            yield return match.Groups[1].Value;
        }
    }

    private static HashSet<string> OptionsOf(string verb)
    {
        IEnumerable<Command> commands = [.. PasTool.Verbs.Select(create => create())];
        Command? found = null;
        foreach (var word in verb.Split(' '))
        {
            found = commands.FirstOrDefault(command => command.Name == word);
            commands = found?.Subcommands ?? [];
        }

        // A verb that has verbs of its own has the options of each of them.
        return [.. found?.Options.Concat(found.Subcommands.SelectMany(each => each.Options)).Select(option => option.Name) ?? []];
    }

    [GeneratedRegex(@"--[a-z][a-z-]*")]
    private static partial Regex OptionName();

    [GeneratedRegex(@"(?:SettingName\.Of\(|Setting = |ColumnRoles\.NotFound\(\w+, ""\w+"", )(?:nameof\((?:\w+\.)*|"")(\w+)")]
    private static partial Regex Told();

    [GeneratedRegex(@"(?:SettingName\.Of\(|Setting = )(?:\w+\.)?([A-Z]\w*)[ ),}]")]
    private static partial Regex Constant();

    [GeneratedRegex(@"(?:SettingName\.Of\(|Setting = )(?:setting|name)\b")]
    private static partial Regex Handed();

    [GeneratedRegex(@"nameof\((?:\w+\.)*(\w+)\)")]
    private static partial Regex Names();

    [GeneratedRegex(@"Parse\(\w+, nameof\((?:\w+\.)*(\w+)\)\)")]
    private static partial Regex Parsed();
}
