using System.CommandLine;
using PainlessSteering.Studies;

namespace PainlessSteering.Cli.Commands.Studies;

/// <summary><c>pas study</c>: many fits from one short file, that resume and spread over machines.</summary>
internal static class StudyCommand
{
    public static Command Create() => new("study", "Run many fits from one short file: models x tasks x sites x seeds.")
    {
        StudyRunCommand.Create(),
        StudyStatusCommand.Create(),
        StudySubmitCommand.Create(),
        StudyReportCommand.Create(),
    };

    /// <summary>The study file.</summary>
    public static Argument<string> File() => new("study.yaml") { Description = "Study file, or one of the paper's released code." };

    /// <summary>The study's folder, for a verb that writes it.</summary>
    public static Option<string> Out() => new("--out") { HelpName = "folder", Description = "Folder of the results; several processes and machines may share it.", Required = true };

    /// <summary>Replaces the models of the file.</summary>
    public static Option<string?> Model() => new("--model") { HelpName = "folder or name", Description = "Run this model instead of those of the study file." };

    /// <summary>The study of the file, with the model of the command line.</summary>
    public static StudySpec Load(string file, string? model, string? adapter)
    {
        if (model is null && adapter is not null)
        {
            throw new PasException("an adapter without a model", null, "--model beside it; in the file, {model: NAME, adapter: FOLDER}") { Code = ErrorCodes.WrongCommand, Setting = "--adapter" };
        }

        var spec = StudySpec.Load(file);
        spec = model is null ? spec : spec with { Models = [new StudyModel(model, adapter)] };
        return spec.Models.Count > 0
            ? spec
            : throw new PasException("the study names no model", file, remedy: "give one with --model") { Code = ErrorCodes.BadSetting };
    }
}
