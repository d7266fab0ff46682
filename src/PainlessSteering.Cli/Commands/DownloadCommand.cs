using System.CommandLine;
using PainlessSteering.Evaluation;
using PainlessSteering.Hub;
using PainlessSteering.Hub.Stores;

namespace PainlessSteering.Cli.Commands;

/// <summary><c>pas download</c>: brings a model or a data set from the Hugging Face hub into its cache.</summary>
internal static class DownloadCommand
{
    private const long Megabyte = 1_000_000;

    private static readonly Argument<string> Name = new("name") { Description = "Owner and name on the hub, such as Qwen/Qwen3-0.6B; of several in GGUF also which one: owner/name:Q4_K_M, owner/name/model-Q4_K_M.gguf." };
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
              pas download Qwen/Qwen3-0.6B-GGUF:Q8_0
              pas download Elfsong/BBQ --dataset --revision 56cd2dcb60a10288b4f1a9c8cff6cf120141c08a
            """) { Name, Revision, IsDataset, Json };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        var name = Named(parsed);
        var repository = name.Repository;
        using var client = new HubClient();
        HubDownloaded downloaded;
        using (var line = new ProgressLine(error))
        {
            downloaded = await client.DownloadAsync(name, new Megabytes(line), cancellation);
        }

        if (downloaded.Selection.Note is { } note)
        {
            error.WriteLine($"note: {note}");
        }

        if (parsed.GetValue(Json))
        {
            JsonOutput.Write(output, new { repository.Name, Kind = repository.Kind.ToString().ToLowerInvariant(), name.Revision, downloaded.Folder, Files = HubCache.Files(downloaded.Folder), downloaded.Path });
        }
        else
        {
            output.WriteLine(downloaded.Path);
        }

        return 0;
    }

    private static HubName Named(ParseResult parsed)
    {
        var (text, revision) = (parsed.GetRequiredValue(Name), parsed.GetRequiredValue(Revision));
        if (ModelStores.FromEnvironment().IsOthers(text))
        {
            throw new PasException("is a model of another program, which fetches it by itself", text, "a name on the Hugging Face hub", remedy: "fetch it there, such as with 'ollama pull'; 'pas model list' shows what is here") { Code = ErrorCodes.BadSetting };
        }

        var named = parsed.GetValue(IsDataset) ? null : HubName.TryParse(text);
        if (named is null)
        {
            return new HubName(new HubRepository(parsed.GetValue(IsDataset) ? HubKind.Dataset : HubKind.Model, text), revision);
        }

        var isGiven = parsed.GetResult(Revision) is { Implicit: false };
        return !isGiven ? named
            : named.Revision is HubCache.DefaultRevision ? named with { Revision = revision }
            : throw new PasException("the revision is given twice", text, "one of them", remedy: "leave out --revision, or what stands behind the @") { Setting = Revision.Name };
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
