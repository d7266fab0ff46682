using System.CommandLine;
using PainlessSteering.Evaluation;
using PainlessSteering.Hub;

namespace PainlessSteering.Cli.Commands;

/// <summary><c>pas download</c>: brings a model or a data set from the Hugging Face hub into its cache.</summary>
internal static class DownloadCommand
{
    private const long Megabyte = 1_000_000;

    private static readonly Argument<string> Name = new("name") { Description = "Owner and name on the hub, such as Qwen/Qwen3-0.6B." };
    private static readonly Option<string> Revision = new("--revision") { HelpName = "revision", Description = "Branch, tag or commit.", DefaultValueFactory = _ => HubCache.DefaultRevision };
    private static readonly Option<bool> IsDataset = new("--dataset") { Description = "The name is that of a data set, not of a model." };
    private static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var command = new Command("download", """
            Fetch a model or a data set from the Hugging Face hub into the cache that it shares with other programs. What is
            there already is kept, an interrupted download goes on, every file is checked, and no pickle is ever fetched.
            HF_TOKEN, HF_HOME, HF_HUB_CACHE, HF_ENDPOINT and HF_HUB_OFFLINE mean what they mean to huggingface_hub.

              pas download Qwen/Qwen3-0.6B
              pas download Elfsong/BBQ --dataset --revision 56cd2dcb60a10288b4f1a9c8cff6cf120141c08a
            """) { Name, Revision, IsDataset, Json };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        var repository = new HubRepository(parsed.GetValue(IsDataset) ? HubKind.Dataset : HubKind.Model, parsed.GetRequiredValue(Name));
        using var client = new HubClient();
        string folder;
        using (var line = new ProgressLine(error))
        {
            folder = await client.DownloadAsync(repository, parsed.GetRequiredValue(Revision), new Megabytes(line), cancellation);
        }

        if (parsed.GetValue(Json))
        {
            JsonOutput.Write(output, new { repository.Name, Kind = repository.Kind.ToString().ToLowerInvariant(), Revision = parsed.GetValue(Revision), Folder = folder, Files = HubCache.Files(folder) });
        }
        else
        {
            output.WriteLine(folder);
        }

        return 0;
    }

    /// <summary>Shows bytes as the progress line shows prompts; the last step is the last file's end.</summary>
    private sealed class Megabytes(ProgressLine line) : IProgress<HubProgress>
    {
        public void Report(HubProgress value)
        {
            if (value.Pause is { } pause)
            {
                line.Note(pause);
                return;
            }

            var total = (int)(value.TotalBytes / Megabyte) + 1;
            var done = value.Files == value.TotalFiles ? total : Math.Min((int)(value.Bytes / Megabyte), total - 1);
            line.Report(new StageProgress("download, MB:", done, total));
        }
    }
}
