using System.CommandLine;
using PainlessSteering.Cli;

namespace PainlessSteering.Tests.Cli;

/// <summary>An adapter goes wherever a model goes.</summary>
public class AdapterOptionTests
{
    /// <summary>What reads no weights, or tells of the model's own files alone.</summary>
    private static readonly string[] WithoutWeights = ["template", "tokenize", "export", "show"];

    [Fact]
    public void EveryVerbThatTakesAModelTakesAnAdapter()
    {
        var commands = PasTool.Verbs.SelectMany(verb => All(verb())).Where(command => Has(command, "--model")).ToArray();
        Assert.Equal(WithoutWeights.Order(), commands.Where(command => !Has(command, "--adapter")).Select(command => command.Name).Order());
        Assert.True(commands.Length > 12);
    }

    private static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Prepend(command);

    private static bool Has(Command command, string option) => command.Options.Any(one => one.Name == option);
}
