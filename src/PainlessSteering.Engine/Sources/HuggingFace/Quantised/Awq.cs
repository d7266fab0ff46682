using System.Runtime.CompilerServices;
using PainlessSteering.Engine.Files;
using PainlessSteering.Engine.Sources.HuggingFace.Quantised.Codes;

namespace PainlessSteering.Engine.Sources.HuggingFace.Quantised;

/// <summary>
/// AWQ in the order of its GEMM kernel: w = scale (q - zero point) with 4 bits, codes and zero points of eight outputs in a word, of which
/// output 0 to 7 is the four bits 0 4 1 5 2 6 3 7.
/// </summary>
internal sealed class Awq : QuantisedFormat
{
    private const int Each = 8; // Outputs in a word.

    private static readonly int[] Places = [0, 4, 1, 5, 2, 6, 3, 7];

    private readonly int? _group;

    public Awq(ConfigFile settings)
        : this(GroupSize(settings, settings.Has("q_group_size") ? "q_group_size" : "group_size"))
    {
        var bits = settings.Has("w_bit") ? "w_bit" : "bits";
        if (settings.Int(bits, 4) is not 4 and var other)
        {
            throw Refused(settings, bits, FormattableString.Invariant($"{other}"), "4");
        }

        OneOf(settings, "version", "gemm");
        OneOf(settings, "backend", "autoawq");
        if (!settings.Flag("zero_point", true))
        {
            throw Refused(settings, "zero_point", "false", "true");
        }

        settings.Ignore(TensorsSay, "modules_to_not_convert");
        settings.Ignore(Speed, "do_fuse", "fuse_max_seq_len", "modules_to_fuse", "exllama_config");
    }

    /// <param name="group">Inputs that share a scale; null where all do.</param>
    public Awq(int? group) => _group = group;

    public override string Mark => FormattableString.Invariant($"awq gemm ({(_group is { } group ? $"groups of {group}" : "one group")})");

    public override CodedWeight? Weight(WeightParts parts)
    {
        if (parts.Part != ".qweight")
        {
            return null;
        }

        var codes = parts.Codes.Typed("I32");
        if (codes.Shape is not [> 0 and <= int.MaxValue and var inputs, > 0 and <= int.MaxValue / Each and var words])
        {
            throw codes.WrongShape("[in, out / 8]");
        }

        var group = _group ?? inputs;
        var (outputs, groups) = (words * Each, (inputs + group - 1) / group);
        return new ScaledWeight($"{parts.Module}.weight", [outputs, inputs], parts)
        {
            Codes = new Codes(codes, (int)inputs, (int)words),
            Scales = new ColumnSteps(parts.Require($"{parts.Module}.scales").Typed(StoredNumbers.Floats).Shaped(groups, outputs), outputs) { Groups = (int)groups },
            Zeros = new Zeros(parts.Require($"{parts.Module}.qzeros").Typed("I32").Shaped(groups, words), words) { Groups = (int)groups },
            Group = (int)group,
        };
    }

    private static int Code(uint word, int output) => (int)(word >> (4 * Places[output])) & 15;

    /// <param name="tensor">[in, words]</param>
    /// <param name="inputs">Codes of an output.</param>
    /// <param name="words">Of an input.</param>
    private sealed class Codes(StoredTensor tensor, int inputs, int words) : RowCodes
    {
        private const int InputsTogether = 16; // A row's numbers are written a cache line at a time.

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override void Read(long first, int count, Span<float> values)
        {
            var (begin, skipped) = Math.DivRem(first, Each);
            var end = (first + count + Each - 1) / Each;
            Span<uint> some = stackalloc uint[InputsTogether];
            for (var from = 0; from < inputs; from += InputsTogether)
            {
                some = some[..Math.Min(InputsTogether, inputs - from)];
                for (var word = begin; word < end; word++)
                {
                    for (var i = 0; i < some.Length; i++)
                    {
                        some[i] = tensor.Words(((long)(from + i) * words) + word, 1)[0];
                    }

                    Spread(some, values, (int)(((word - begin) * Each) - skipped), count, from);
                }
            }
        }

        /// <summary>Parts the codes of eight rows, of which some may not be wanted, for a few inputs.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Spread(ReadOnlySpan<uint> some, Span<float> values, int first, int count, int from)
        {
            for (var output = Math.Max(0, -first); output < Each && first + output < count; output++)
            {
                var into = values.Slice(((first + output) * inputs) + from, some.Length);
                var shift = 4 * Places[output];
                for (var i = 0; i < into.Length; i++)
                {
                    into[i] = (int)(some[i] >> shift) & 15;
                }
            }
        }
    }

    /// <param name="tensor">[groups, words]</param>
    /// <param name="words">Of a group.</param>
    private sealed class Zeros(StoredTensor tensor, long words) : Steps
    {
        public override void Read(long first, int count, Span<float> numbers)
        {
            for (var row = 0; row < count; row++)
            {
                for (var group = 0; group < Groups; group++)
                {
                    numbers[(row * Groups) + group] = Code(tensor.Words((group * words) + ((first + row) / Each), 1)[0], (int)((first + row) % Each));
                }
            }
        }
    }
}
