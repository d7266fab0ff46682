using System.CommandLine;
using PainlessSteering.Data;
using PainlessSteering.Data.Tasks;

namespace PainlessSteering.Cli.Commands;

/// <summary>The options that say which labelled items a verb works on: a data file of one's own, or a task that the tool knows.</summary>
internal static class ItemOptions
{
    private static readonly Option<string?> Data = new("--data") { HelpName = "file", Description = "CSV, TSV, JSON, JSONL or Parquet file of labelled items, also with .gz." };
    private static readonly Option<string?> Name = new("--task") { HelpName = "name", Description = "Instead of --data: a benchmark task by name; 'pas tasks list' shows all." };

    /// <summary>Local files of a task.</summary>
    public static Option<string[]> Files { get; } = new("--file")
    {
        HelpName = "file",
        Description = "Local file of the task, in its original or the Hugging Face layout (repeat for several; default: the Hugging Face cache).",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Adds the options to a verb.</summary>
    public static void AddTo(Command command)
    {
        foreach (var option in new Option[] { Data, Name, Files })
        {
            command.Add(option);
        }

        DataOptions.AddTo(command);
    }

    /// <summary>The data file, for a verb that reads it in its own way.</summary>
    /// <exception cref="PasException">None is given, or options are that mean items.</exception>
    public static string File(ParseResult parsed) => (parsed.GetValue(Data), parsed.GetValue(Name), DataOptions.Columns(parsed) == new DatasetColumns()) switch
    {
        ({ } path, null, true) => path,
        (_, _, false) => throw new PasException("prompts with responses have the columns prompt and response", "--responses", remedy: "leave --question, --choices, --answer, --answer-form, --passage, --context, --group and --sql out") { Code = ErrorCodes.WrongCommand },
        _ => throw new PasException("prompts with responses are a data file", "--responses", "--data FILE") { Code = ErrorCodes.WrongCommand },
    };

    /// <summary>Reads the items, and tells what they are called.</summary>
    /// <exception cref="PasException">Neither or both of data and task are given, or they cannot be read.</exception>
    public static (Dataset Items, string Name) Load(ParseResult parsed, Protocol protocol, CancellationToken cancellation)
    {
        var (path, name, files) = (parsed.GetValue(Data), parsed.GetValue(Name), parsed.GetRequiredValue(Files));
        if ((path is null) == (name is null))
        {
            throw new PasException(path is null ? "no items are given" : "items are given twice", expected: "either --data FILE or --task NAME") { Code = ErrorCodes.WrongCommand };
        }

        if (name is null)
        {
            return files.Length == 0 ? (DataOptions.Load(parsed, path!, cancellation), Path.GetFileName(path!)) : throw new PasException("--file belongs to a task", files[0], remedy: "name the task with --task, or give the file with --data") { Code = ErrorCodes.WrongCommand };
        }

        if (DataOptions.Columns(parsed) != new DatasetColumns())
        {
            throw new PasException("a task says itself which columns are which", name, remedy: "leave --question, --choices, --answer, --answer-form, --passage, --context, --group and --sql out, or give the file with --data") { Code = ErrorCodes.WrongCommand };
        }

        var task = TaskCatalog.Find(name);
        return (task.Load(protocol, files), FormattableString.Invariant($"{task.Name} version {task.Version}"));
    }
}
