using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Files;

namespace PainlessSteering.Engine.Sources.Gguf;

/// <summary>The metadata of a file that is to be written, and what all architectures say alike: the other direction of <see cref="ArchitectureKeys"/>.</summary>
/// <param name="model">The model.</param>
/// <param name="name">The architecture, which stands before its keys.</param>
internal sealed class ModelKeys(ModelConfig model, string name)
{
    private const string RotaryFactors = "rope_freqs.weight";

    private readonly List<(string Key, object Value)> _entries = [];

    /// <summary>The model.</summary>
    public ModelConfig Model => model;

    /// <summary>The keys that the model was read from.</summary>
    public ConfigFile Keys => model.Keys ?? throw new InvalidOperationException("the model was read from no keys");

    /// <summary>All keys so far.</summary>
    public IReadOnlyList<(string Key, object Value)> Entries => _entries;

    /// <summary>Tensors that are part of the configuration.</summary>
    public Dictionary<string, float[]> Factors { get; } = new(StringComparer.Ordinal);

    /// <summary>The blocks.</summary>
    public IEnumerable<SequentialBlock> Blocks => model.Blocks.Cast<SequentialBlock>();

    /// <summary>The attention of the first layer without a window; of the first with one where all have it.</summary>
    public AttentionPlan Attention => Attentions.FirstOrDefault(attention => attention.Window is null) ?? Attentions.First();

    /// <summary>Every attention.</summary>
    public IEnumerable<AttentionPlan> Attentions => Blocks.Select(block => block.Mixer).OfType<AttentionPlan>();

    /// <summary>Adds a key of the architecture. Whole numbers are written without a sign, others as float32.</summary>
    public void Add(string key, object value) => _entries.Add(($"{name}.{key}", value switch { int number => (uint)number, double number => (float)number, _ => value }));

    /// <summary>What is said alike.</summary>
    /// <param name="scales">Whether the scaling of rotary positions is said in the common way.</param>
    public void Common(bool scales = true)
    {
        var attention = Attention;
        Add("block_count", model.Layers);
        Add("context_length", Keys.Int("max_position_embeddings"));
        Add("embedding_length", model.HiddenSize);
        Add("attention.head_count", attention.Heads);
        Add("attention.head_count_kv", attention.KeyValueHeads);
        Add("attention.key_length", attention.HeadSize);
        Add("attention.value_length", attention.HeadSize);
        Add("attention.layer_norm_rms_epsilon", ((RmsNormPlan)Blocks.First().MixerNorm).Epsilon);
        Add("rope.dimension_count", attention.RotarySize ?? attention.HeadSize);
        Add("rope.freq_base", attention.Rope.Theta);
        Add("vocab_size", model.VocabularySize);
        if (scales)
        {
            AddScaling(attention);
        }
    }

    /// <summary>All that is said of a model of Llama's shape without experts.</summary>
    public void Dense()
    {
        Common();
        Mlp();
    }

    /// <summary>The width of the MLPs.</summary>
    public void Mlp()
    {
        if (Blocks.Select(block => block.FeedForward).OfType<MlpPlan>().FirstOrDefault() is { } mlp)
        {
            Add("feed_forward_length", mlp.InnerSize);
        }
        else if (Keys.Has("intermediate_size"))
        {
            Add("feed_forward_length", Keys.Int("intermediate_size")); // No layer has such an MLP, but readers ask for the key.
        }
    }

    /// <summary>The experts, whose own width is not that of the MLPs.</summary>
    public void Experts()
    {
        var experts = Blocks.Select(block => block.FeedForward).OfType<MixtureOfExpertsPlan>().First();
        Add("expert_count", experts.Experts);
        Add("expert_used_count", experts.Router.Chosen);
        Add("expert_feed_forward_length", experts.Expert.InnerSize);
        if (experts.Shared is { } shared)
        {
            Add("expert_shared_feed_forward_length", shared.Mlp.InnerSize);
        }
    }

    /// <summary>The window, and which layers have it where that is not the last of each so many.</summary>
    /// <param name="period">What readers take where the file does not say.</param>
    public void Windows(int period)
    {
        bool[] slides = [.. Attentions.Select(attention => attention.Window is not null)];
        if (Attentions.Select(attention => attention.Window).FirstOrDefault(window => window is not null) is not { } window)
        {
            return;
        }

        Add("attention.sliding_window", window);
        bool Fits(int every) => slides.Select((slide, layer) => slide == (every == 0 || layer % every < every - 1)).All(same => same);
        if (!Fits(period) && new[] { 0 }.Concat(Enumerable.Range(2, slides.Length)).Where(Fits).Cast<int?>().FirstOrDefault() is { } other)
        {
            Add("attention.sliding_window_pattern", other);
        }
    }

    /// <summary>How many pairs of elements turn with each direction in space, which readers ask for although all are equal for text.</summary>
    public void Sections()
    {
        const int Dimensions = 4;
        var sections = RopeSettings.Section(Keys)?.Ints("mrope_section") is { Count: > 0 } said ? said : [(Attention.RotarySize ?? Attention.HeadSize) / 2];
        Add("rope.dimension_sections", sections.Concat(Enumerable.Repeat(0, Dimensions)).Take(Dimensions).ToArray());
    }

    private void AddScaling(AttentionPlan attention)
    {
        var rotated = attention.RotarySize ?? attention.HeadSize;
        switch (attention.Rope.Scaling)
        {
            case LinearScaling linear:
                Add("rope.scaling.type", "linear");
                Add("rope.scaling.factor", linear.Factor);
                break;
            case YarnScaling yarn:
                AddYarn(yarn);
                break;
            case Llama3Scaling or LongRope { Magnitude: 1 }:
                var plain = new RopeSettings(attention.Rope.Theta).Frequencies(rotated);
                Factors[RotaryFactors] = [.. attention.Rope.Frequencies(rotated).Zip(plain, (scaled, frequency) => (float)(frequency / scaled))];
                break;
        }
    }

    private void AddYarn(YarnScaling yarn)
    {
        var section = RopeSettings.Section(Keys)!;
        Add("rope.scaling.type", "yarn");
        Add("rope.scaling.factor", yarn.Factor);
        Add("rope.scaling.original_context_length", LongRope.Holder(section, Keys, LongRope.OriginalContext).Int(LongRope.OriginalContext, Keys.Int("max_position_embeddings")));
        foreach (var (key, own) in new[] { ("rope.scaling.yarn_beta_fast", "beta_fast"), ("rope.scaling.yarn_beta_slow", "beta_slow") })
        {
            if (section.Has(own))
            {
                Add(key, section.Number(own));
            }
        }

        // What cosines and sines are multiplied by is said through a multiplier m, as g(1) / g(m) with g(x) = 0.1 x ln(factor) + 1.
        var whole = (0.1 * Math.Log(yarn.Factor)) + 1;
        if (yarn.Factor > 1 && Math.Abs(yarn.Magnitude - whole) > 1e-6)
        {
            Add("rope.scaling.yarn_log_multiplier", ((whole / yarn.Magnitude) - 1) / (whole - 1));
        }
    }
}
