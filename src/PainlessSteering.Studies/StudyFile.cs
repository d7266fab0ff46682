using PainlessSteering.Data;
using PainlessSteering.Engine.Editing;
using PainlessSteering.Engine.Weights;
using PainlessSteering.Vectors.Methods;

namespace PainlessSteering.Studies;

/// <summary>Reads a study file of this program; hands one of the released code to <see cref="ReleasedStudyFile"/>.</summary>
internal static class StudyFile
{
    private static readonly string[] Keys =
    [
        "name", "description", "base", "protocol", "models", "tasks", "test_on", "sites", "methods", "prompt_pairs", "seeds", "layers", "strengths",
        "split", "splits", "max_items", "icl", "placebos", "alpha", "skip_bad_rows", "dtype", "weights", "sft",
    ];

    private static readonly string[] ModelKeys = ["model", "adapter", "label"];
    private static readonly string[] ColumnKeys = ["question", "choices", "answer", "answer_form", "passage", "context", "group", "sql"];
    private static readonly string[] TaskKeys = ["name", "data", "category", .. ColumnKeys];

    public static StudySpec Read(string file)
    {
        var root = YamlPart.Load(file);
        return ReleasedStudyFile.IsOne(root) ? ReleasedStudyFile.Read(root) : Read(root, []);
    }

    private static StudySpec Read(YamlPart root, HashSet<string> seen)
    {
        var entries = root.Entries(Keys);
        StudySpec? from = null;
        if (entries.TryGetValue("base", out var above))
        {
            var path = Full(above, above.Text());
            from = seen.Add(path) ? Read(YamlPart.Load(path), seen) : throw above.Error("the study is its own base");
        }

        if (entries.ContainsKey("split") && entries.TryGetValue("splits", out var second))
        {
            throw second.Error("stands beside 'split', which says the same", "one of the two");
        }

        T Of<T>(string key, T missing, Func<YamlPart, T> read) => entries.TryGetValue(key, out var part) ? read(part) : missing;
        var plain = from ?? new StudySpec { Name = "", Models = [], Tasks = [] };
        var spec = plain with
        {
            Name = Of("name", Path.GetFileNameWithoutExtension(root.File), part => part.Text()),
            Description = Of("description", plain.Description, part => part.OptionalText()),
            Protocol = Of("protocol", plain.Protocol, part => part.OneOf("sound", "paper") == "paper" ? Protocol.Paper : Protocol.Sound),
            Models = Of("models", plain.Models, part => [.. part.Items().Select(Model)]),
            Tasks = Of("tasks", plain.Tasks, part => [.. part.Items().Select(Task)]),
            TestOn = Of("test_on", plain.TestOn, part => [.. part.Items().Select(Task)]),
            Sites = Of("sites", plain.Sites, part => [.. part.Items().Select(item => item.Parse(name => SteeringSite.Parse(name))).Distinct()]),
            Methods = Of("methods", plain.Methods, part => [.. part.Items().Select(item => item.Parse(name => SteeringMethod.Parse(name))).Distinct()]),
            PromptPairs = Of("prompt_pairs", plain.PromptPairs, part => Full(part, part.Text())),
            Seeds = Of("seeds", plain.Seeds, part => part.Ranges(least: 0)),
            Layers = Of("layers", plain.Layers, part => part.IsNull ? null : part.Ranges(least: 0)),
            Strengths = Of("strengths", plain.Strengths, part => [.. part.Items().Select(item => item.Strength()).Distinct()]),
            Splits = Of("splits", Of("split", plain.Splits, part => [Sizes(part)]), part => [.. part.Items().Select(Sizes)]),
            MaxItems = Of("max_items", plain.MaxItems, part => part.Whole(1)),
            Icl = Of("icl", plain.Icl, part => part.Ranges(least: 0)),
            Alpha = Of("alpha", plain.Alpha, part => part.Number() is > 0 and < 1 and var alpha ? alpha : throw part.Error("not a level", "a number between 0 and 1")),
            SkipBadRows = Of("skip_bad_rows", plain.SkipBadRows, part => part.Flag()),
            DataType = Of("dtype", entries.ContainsKey("weights") ? "bf16" : plain.DataType, part => part.OneOf("f32", "bf16")),
            Sft = Of("sft", plain.Sft, part => part.IsNull ? null : StudySft.Read(part)),
            Weights = Of("weights", plain.Weights, part => part.OneOf(WeightFormats.Names)),
        };
        spec = entries.TryGetValue("placebos", out var placebos) ? spec with { Placebos = placebos.Whole(0, Evaluation.FitOptions.MostPlacebos) } : spec; // Untold it follows the seeds.
        return spec.Tasks.Count > 0 && spec.Seeds.Count > 0 && spec.Sites.Count > 0 && spec.Strengths.Count > 0 && spec.Icl.Count > 0
            ? spec
            : throw new PasException("the study has nothing to do", root.File, "at least one task, seed, site and strength") { Code = ErrorCodes.BadSetting };
    }

    private static StudyModel Model(YamlPart part)
    {
        if (!part.IsMapping)
        {
            return new StudyModel(ModelName(part));
        }

        var entries = part.Entries(ModelKeys);
        string? Text(string key) => entries.TryGetValue(key, out var value) ? value.OptionalText() : null;
        return new StudyModel(
            entries.TryGetValue("model", out var name) ? ModelName(name) : throw part.Error("the key 'model' is missing"),
            Text("adapter") is { } adapter ? Full(part, adapter) : null, Text("label"));
    }

    /// <summary>A folder beside the study file if there is one, else a name, or a folder below the working directory.</summary>
    internal static string ModelName(YamlPart part) => Full(part, part.Text()) is var full && Directory.Exists(full) ? full : part.Text();

    private static StudyTask Task(YamlPart part)
    {
        if (!part.IsMapping)
        {
            return OfName(part);
        }

        var entries = part.Entries(TaskKeys);
        string? Text(string key) => entries.TryGetValue(key, out var value) ? value.OptionalText() : null;
        IReadOnlyList<string>? files = entries.TryGetValue("data", out var data) ? [.. data.Items().Select(file => Full(file, file.Text()))] : null;
        if (files is null)
        {
            if (ColumnKeys.FirstOrDefault(entries.ContainsKey) is { } column)
            {
                throw entries[column].Error("says how a data file is understood, and there is none", "the key 'data' beside it");
            }

            return new StudyTask(Text("name") ?? throw part.Error("the key 'name' or 'data' is missing"), Category: Text("category"));
        }

        var columns = new DatasetColumns
        {
            Question = Text("question"),
            Choices = entries.TryGetValue("choices", out var choices) ? [.. choices.Items().Select(choice => choice.Text())] : null,
            Answer = Text("answer"),
            AnswerForm = Text("answer_form") is { } form ? AnswerForms.Parse(form) : null,
            Passage = entries.TryGetValue("passage", out var passage) ? [.. passage.Items().Select(column => column.Text())] : null,
            Context = Text("context"),
            Group = Text("group"),
            Sql = Text("sql"),
        };
        return Text("name") is { } name
            ? new StudyTask(name, files, columns == new DatasetColumns() ? null : columns, Text("category"))
            : new StudyTask(TaskName(files[0]), files, columns, Text("category"));
    }

    /// <summary>A task in one word: a data file where it looks like one, else a name of the catalogue.</summary>
    internal static StudyTask OfName(YamlPart part) => part.Text() is var name && Path.HasExtension(name)
        ? new StudyTask(TaskName(name), [Full(part, name)], new DatasetColumns())
        : new StudyTask(name);

    private static string TaskName(string data) => Path.GetFileName(data).Split('.')[0];

    private static SplitSizes Sizes(YamlPart part)
    {
        double[] sizes = [.. part.Items().Select(item => item.Number())];
        return sizes.Length == 3 && SplitSizes.Find(sizes[0], sizes[1], sizes[2]) is { } split
            ? split
            : throw part.Error("not a split", "three shares such as [0.6, 0.2, 0.2] or three counts such as [600, 200, 400]");
    }

    private static string Full(YamlPart part, string path) => Path.GetFullPath(path, Path.GetDirectoryName(Path.GetFullPath(part.File))!);
}
