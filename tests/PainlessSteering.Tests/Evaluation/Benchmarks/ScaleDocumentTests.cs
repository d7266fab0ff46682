using System.Globalization;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Families;
using PainlessSteering.Evaluation.Benchmarks;
using PainlessSteering.Tests.Demo;
using PainlessSteering.Tests.Models;

namespace PainlessSteering.Tests.Evaluation.Benchmarks;

/// <summary>The tables of docs/scale.md, computed anew.</summary>
public class ScaleDocumentTests
{
    private const double Peta = 1e15, SustainedFlops = 400e12;
    private const int Cells = 3 * 18 * 15 * 4, Train = 2400, Validation = 800, Test = 800, Tokens = 128, StatementTokens = 110, Letters = 5;

    private static readonly int[] Layers = [8, 11, 13, 14, 15, 16, 17, 19, 22, 25];
    private static readonly ModelConfig Llama8B = TinyModels.OfBlocks(LlamaShape.Blocks(
        new AttentionPlan { Heads = 32, KeyValueHeads = 8, HeadSize = 128, Rope = new RopeSettings(10000) }, new MlpPlan { InnerSize = 14336 }, 32, 1e-5)) with
    {
        HiddenSize = 4096,
    };

    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(DemoFolder.Root, "..", "..", "docs", "scale.md"));

    [Fact]
    public void TheWorkOfACell()
    {
        var work = new[] { 0, 10, 24 }.Select(Work).ToArray();
        Assert.Equal(Row("predict and record the training items"), work.Select(cell => Shown(cell.Predict / Peta)));
        Assert.Equal(Row("record the statements"), work.Select(cell => Shown(cell.Record / Peta)));
        Assert.Equal(Row("one-pass sweep of validation"), work.Select(cell => Shown(cell.Sweep / Peta)));
        Assert.Equal(Row("test"), work.Select(cell => Shown(cell.Test / Peta)));
        Assert.Equal(Row("all"), work.Select(cell => Shown(cell.All / Peta)));
        var naive = Validation * 421.0 * SweepFlops.Prompt(Llama8B, Tokens, [], Letters) / Peta;
        Assert.Contains(Lines, line => line.Contains(FormattableString.Invariant($"takes {naive:0} PFLOP a cell"), StringComparison.Ordinal));
    }

    [Fact]
    public void TheHoursOfThePaper()
    {
        var hours = new[] { 0, 10, 24 }.Select(placebos => Cells * Work(placebos).All / SustainedFlops / 3600).ToArray();
        Assert.Equal(Row("one GPU"), hours.Select(Shown));
        Assert.Equal(Row("64 GPUs"), hours.Select(one => Shown(one / 64)));
        foreach (var rate in new[] { 50, 100, 200, 400, 800 })
        {
            Assert.Equal(Row(FormattableString.Invariant($"{rate}")), hours.Select(one => Shown(one * SustainedFlops / (rate * 1e12))));
        }

        Assert.Contains(Lines, line => line.Contains(FormattableString.Invariant($"**Seconds a cell**: {Work(10).All / SustainedFlops:0} at 5 and 5"), StringComparison.Ordinal));
    }

    [Fact]
    public void WhatElseIsComputed()
    {
        Assert.Equal(3240, Cells);
        Assert.Equal(51, (int)Math.Ceiling(Cells / 64.0));
        Assert.Equal(0.99, Cells / 64.0 / 51, 0.005);
        Assert.Equal(0.64, (Work(10).All - Work(0).All) / Work(10).All, 0.05); // two thirds
        Assert.Equal(0.6, 0.73 * 0.82, 0.005);
        Assert.Equal(6, Cells * Work(10).All / 0.6e12 / (365.25 * 86400), 0.5); // years
        Assert.Equal(0.4e9, Train * 10.0 * 4096 * 4, 0.02e9);
        Assert.Equal(0.1, 8 / (8 + Work(10).All / SustainedFlops), 0.02);
        Assert.Equal(0.005, 3 * 8 / (51 * Work(10).All / SustainedFlops), 0.001);
        double Reading(double gpus) => 3 * gpus * 16e9 / 5e9;
        Assert.Equal(3.4, Reading(64) / 3 / 60, 0.05);
        Assert.Equal(1.0 / 7, Reading(64) / (51 * Work(10).All / SustainedFlops), 0.01);
        Assert.Equal(1, Reading(170) / (Cells / 170.0 * Work(10).All / SustainedFlops), 0.02);
        Assert.Equal(0.05, 176.2 / 218.1 / Layers.Average(layer => 31 - layer), 0.006); // A block's weights in the MLP, millions, over the blocks above.
    }

    private static (double Predict, double Record, double Sweep, double Test, double All) Work(int placebos)
    {
        int[] grid = [.. Layers.SelectMany(layer => Enumerable.Repeat(layer, 14 * 3 * (1 + placebos)))];
        int[] chosen = [.. Enumerable.Repeat(15, 4 * (1 + placebos))]; // Of three methods, and of the choice over all.
        var predict = Train * (double)SweepFlops.Prompt(Llama8B, Tokens, [], Letters);
        var record = Train * (double)StatementTokens * (Layers.Max() + 1) * Llama8B.Costs.First().RowOperations;
        var sweep = Validation * (double)SweepFlops.Prompt(Llama8B, Tokens, grid, Letters);
        var test = Test * (double)SweepFlops.Prompt(Llama8B, Tokens, chosen, Letters);
        return (predict, record, sweep, test, predict + record + sweep + test);
    }

    private static string Shown(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);

    private static string[] Row(string name) => [.. Lines.Single(line => line.StartsWith($"| {name} |", StringComparison.Ordinal)).Split('|', StringSplitOptions.TrimEntries)[2..^1]];
}
