using System.Text.Json;
using PainlessSteering.Engine.Editing;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Editing;

/// <summary>Operations on single rows, against an independent calculation and against plain loops.</summary>
public class SteeringOperationTests
{
    [Fact]
    public void EveryFormulaEqualsTheGoldenOne()
    {
        using var scope = NewDisposeScope();
        using var golden = JsonDocument.Parse(Shared.Open("golden", "edits", "formulas.json"));
        foreach (var row in golden.RootElement.EnumerateArray())
        {
            var (x, expected) = (Floats(row, "x"), Floats(row, "y"));
            var found = Apply(Edit(row), x);
            var size = Math.Max(1, expected.Max(Math.Abs));
            Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First / size, pair.Second / size, 2e-6f));
            if (row.GetProperty("operation").GetString() != "set" && row.GetProperty("s").GetDouble() * row.GetProperty("weight").GetDouble() == 0)
            {
                Assert.Equal(x, found); // Bit by bit.
            }
        }

        Assert.Equal(60, golden.RootElement.GetArrayLength());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void NothingChangesWithoutStrengthOrDirection(string name)
    {
        using var scope = NewDisposeScope();
        var operation = SteeringOperation.Parse(name);
        double? target = operation.HasTarget ? 3.5 : null;
        float[] x = [1.1f, -2e-20f, 3e15f, 0, 7.7f], v = [0.3f, -4f, 1e-3f, 2, 5];
        Assert.Equal(x, Apply(new SteeringEdit(0, SteeringSite.Mlp, operation, v, 0, target), x));
        Assert.Equal(x, Apply(new SteeringEdit(0, SteeringSite.Mlp, operation, new float[5], 2, target), x));
    }

    /// <summary>One edit for every row, one edit for all, neighbours and others, and rows that are left alone.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void EachMemberHasItsOwnEditInEveryPromptAndToken(string name)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var operation = SteeringOperation.Parse(name);
        const int Prompts = 2, Members = 5, Tokens = 3, Size = 24;
        IReadOnlyList<SteeringEdit>[] edits = [.. Enumerable.Range(0, Members).Select(member => Enumerable.Range(0, member % 3).Select(turn => new SteeringEdit(
            1, SteeringSite.Residual, operation, randn([Size], generator: generator).data<float>().ToArray(), 0.5 + member, operation.HasTarget ? member - 2 : null)).ToArray())];
        var rows = randn([Prompts, Members, Tokens, Size], generator: generator);
        var before = rows.clone();
        using var plan = new EditPlan(edits, ScalarType.Float32, CPU);
        Assert.False(plan.Edits(new CapturePoint(1, HookPoint.MlpInput)));
        plan.Apply(new CapturePoint(1, HookPoint.BlockOutput), rows);
        for (var prompt = 0; prompt < Prompts; prompt++)
        {
            for (var member = 0; member < Members; member++)
            {
                for (var token = 0; token < Tokens; token++)
                {
                    double[] x = [.. before[prompt, member, token].data<float>().Select(value => (double)value)];
                    var expected = edits[member].Aggregate(x, (row, edit) => PlainEdits.Apply(edit, row));
                    Assert.All(expected.Zip(rows[prompt, member, token].data<float>()), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void InBfloat16AResultIsRoundedOnce(string name)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4);
        var operation = SteeringOperation.Parse(name);
        var edit = new SteeringEdit(0, SteeringSite.Mlp, operation, randn([64], generator: generator).to(ScalarType.BFloat16).to(ScalarType.Float32).data<float>().ToArray(), 1, operation.HasTarget ? 2 : null);
        var rows = randn([1, 1, 1, 64], generator: generator).to(ScalarType.BFloat16);
        double[] x = [.. rows.to(ScalarType.Float32).data<float>().Select(value => (double)value)];
        using var plan = new EditPlan([[edit]], ScalarType.BFloat16, CPU);
        plan.Apply(edit.Place, rows);
        var found = rows.to(ScalarType.Float32).data<float>().ToArray();
        Assert.All(PlainEdits.Apply(edit, x).Zip(found), pair => Assert.Equal(pair.First, pair.Second, (Math.Abs(pair.First) / 256) + 1e-6));
    }

    [Fact]
    public void EditsThatMakeNoSenseAreRefused()
    {
        Assert.Contains("turn", Assert.Throws<PasException>(() => SteeringOperation.Parse("multiply")).Message, StringComparison.Ordinal);
        Assert.Contains("element 1", Refused(() => new SteeringEdit(0, SteeringSite.Mlp, SteeringOperation.Add, [1, float.NaN])), StringComparison.Ordinal);
        Assert.Contains("target", Refused(() => new SteeringEdit(0, SteeringSite.Mlp, SteeringOperation.Parse("set"), [1])), StringComparison.Ordinal);
        Assert.Contains("target", Refused(() => new SteeringEdit(0, SteeringSite.Mlp, SteeringOperation.Parse("ablate"), [1], target: 2)), StringComparison.Ordinal);
        Assert.Contains("target", Refused(() => new SteeringEdit(0, SteeringSite.Mlp, SteeringOperation.Parse("set"), [1], target: double.NaN)), StringComparison.Ordinal);
        static string Refused(Func<object> make) => Assert.Throws<PasException>(make).Message;
    }

    public static TheoryData<string> Names => [.. SteeringOperation.All.Select(operation => operation.Name)];

    /// <summary>An edit of a golden file: a weight scales the strength, and in set it is the strength, since the target stands beside it.</summary>
    internal static SteeringEdit Edit(JsonElement row, float[]? values = null)
    {
        var operation = SteeringOperation.Parse(row.GetProperty("operation").GetString()!);
        var (s, weight) = (row.GetProperty("s").GetDouble(), row.GetProperty("weight").GetDouble());
        var (layer, site) = row.TryGetProperty("layer", out var placed) ? (placed.GetInt32(), SteeringSite.Parse(row.GetProperty("site").GetString()!)) : (0, SteeringSite.Residual);
        return new SteeringEdit(layer, site, operation, values ?? Floats(row, "v"), operation.HasTarget ? weight : s * weight, operation.HasTarget ? row.GetProperty("t").GetDouble() : null);
    }

    private static float[] Apply(SteeringEdit edit, float[] x)
    {
        var rows = tensor(x).view(1, 1, 1, -1).clone();
        using var plan = new EditPlan([[edit]], ScalarType.Float32, CPU);
        plan.Apply(edit.Place, rows);
        return rows.data<float>().ToArray();
    }

    private static float[] Floats(JsonElement row, string name) => [.. row.GetProperty(name).EnumerateArray().Select(value => value.GetSingle())];
}
