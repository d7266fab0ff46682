using PainlessSteering.Engine;
using PainlessSteering.Engine.Blocks;
using PainlessSteering.Engine.Generation;
using PainlessSteering.Tests.Models;
using PainlessSteering.Vectors;

namespace PainlessSteering.Tests.Generation;

public sealed class GenerationLimitsTests : IDisposable
{
    private static readonly int[] Prompt = [1, 2, 3];

    private readonly CausalLM _model = TinyModels.Make(TinyModels.Llama with { EndOfSequence = [], ContextLength = 4000 });

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task AFullQueueRefusesAndARefusedRequestCanComeAgain()
    {
        await using var engine = Engine(new() { MaxSequences = 2, MaxWaiting = 1 });
        using var stop = new CancellationTokenSource();
        var three = Enumerable.Range(0, 3).Select(_ => Endless(engine, stop.Token)).ToList();
        var full = Assert.Throws<QueueFullException>(() => engine.StreamAsync(Prompt, new GenerationOptions()));
        Assert.Equal(1, full.Waiting);
        await stop.CancelAsync();
        foreach (var request in three)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        }

        await Until(() => engine is { Running: 0, Waiting: 0 });
        Assert.Equal(5, (await engine.GenerateAsync(Prompt, new GenerationOptions { MaxTokens = 5 }, TestContext.Current.CancellationToken)).Tokens.Count);
    }

    [Fact]
    public async Task NothingIsKeptOfARefusedRequest()
    {
        await using var engine = Engine(new() { MaxSequences = 1, MaxWaiting = 1 });
        using var stop = new CancellationTokenSource();
        var (running, waiting) = (Endless(engine, stop.Token), Endless(engine, stop.Token));
        void Refuse(int count)
        {
            for (var i = 0; i < count; i++)
            {
                Assert.Throws<QueueFullException>(() => engine.StreamAsync(Prompt, new GenerationOptions()));
            }
        }

        Refuse(1000);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        Refuse(60_000);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 4_000_000); // Hundreds of bytes of each would be more.
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task NoMoreSequencesRunThanTheirMemoryAllows()
    {
        var room = SequenceState.BytesOf(_model, 100);
        await using var engine = Engine(new() { KVCacheBytes = room });
        var most = 0;
        var requests = Enumerable.Range(0, 7).Select(async _ =>
        {
            await foreach (var piece in engine.StreamAsync(Prompt, new GenerationOptions { MaxTokens = 30 }))
            {
                most = Math.Max(most, engine.Running);
            }
        }).ToList();
        await Task.WhenAll(requests);
        Assert.InRange(most, 1, 3); // Each reserves 33 of 100 tokens.

        var text = await engine.GenerateAsync(Prompt, new GenerationOptions { MaxTokens = 1000 }, TestContext.Current.CancellationToken);
        Assert.Equal((97, FinishReason.Context), (text.Tokens.Count, text.FinishReason));
        var error = Assert.Throws<PasException>(() => engine.StreamAsync(new int[100], new GenerationOptions()));
        Assert.Contains("the memory for keys and values", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARequestThatFailsOrIsGivenUpTouchesNoOther()
    {
        await using var engine = Engine(new());
        var good = new GenerationOptions { MaxTokens = 200 };
        var expected = (await engine.GenerateAsync(Prompt, good, TestContext.Current.CancellationToken)).Tokens;
        using var stop = new CancellationTokenSource();
        var first = engine.GenerateAsync(Prompt, good, TestContext.Current.CancellationToken);
        var cancelled = Endless(engine, stop.Token);
        var spoilt = engine.GenerateAsync(Prompt, good with { Steering = [new AppliedVector(Directions.Make(24, "post_attn", 2, 1), 1e17)] }, TestContext.Current.CancellationToken);
        var left = GiveUp();
        var second = engine.GenerateAsync(Prompt, good, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<PasException>(() => spoilt);
        await left;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal(expected, (await first).Tokens);
        Assert.Equal(expected, (await second).Tokens);
        await Until(() => engine is { Running: 0, Waiting: 0 });

        async Task GiveUp()
        {
            await foreach (var piece in engine.StreamAsync(Prompt, good with { MaxTokens = 3000 }))
            {
                break;
            }
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(1e38)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e300)]
    public async Task StrengthsThatNoModelBearsAreRefusedAtOnce(double strength)
    {
        await using var engine = Engine(new());
        var error = Assert.Throws<PasException>(() => engine.StreamAsync(Prompt, new GenerationOptions { Steering = [new AppliedVector(Directions.Make(24, "residual", 1, 1), strength)] }));
        Assert.StartsWith("strength: the steering strength is out of range", error.Message, StringComparison.Ordinal);
        Assert.Equal((0, 0), (engine.Running, engine.Waiting));
    }

    [Fact]
    public async Task WhatDoesNotFitTheModelIsRefused()
    {
        await using var engine = Engine(new());
        PasException Refused(int[] prompt, GenerationOptions options) => Assert.Throws<PasException>(() => engine.StreamAsync(prompt, options));
        Assert.Contains("empty", Refused([], new()).Message, StringComparison.Ordinal);
        Assert.Contains("id 50", Refused([1, 50], new()).Message, StringComparison.Ordinal);
        Assert.Contains("id -1", Refused([-1], new()).Message, StringComparison.Ordinal);
        Assert.Contains("the model's context", Refused(new int[4000], new()).Message, StringComparison.Ordinal);
        Refused(Prompt, new() { MaxTokens = 0 });
        Refused(Prompt, new() { StopStrings = ["a", ""] });
        Refused(Prompt, new() { LogProbabilities = -1 });
        Refused(Prompt, new() { Steering = [new AppliedVector(Directions.Make(23, "mlp", 0, 1))] });
        Refused(Prompt, new() { Steering = [new AppliedVector(Directions.Make(24, "mlp", 3, 1))] });
        Assert.Throws<PasException>(() => Engine(new() { MaxSequences = 0 }));
    }

    [Fact]
    public async Task CompletingLetsRequestsEndAndDisposingDoesNot()
    {
        var engine = Engine(new() { MaxSequences = 1 });
        var (first, second) = (engine.GenerateAsync(Prompt, new GenerationOptions { MaxTokens = 50 }), engine.GenerateAsync(Prompt, new GenerationOptions { MaxTokens = 50 }));
        var done = engine.CompleteAsync(TestContext.Current.CancellationToken);
        Assert.Throws<ObjectDisposedException>(() => engine.StreamAsync(Prompt, new GenerationOptions()));
        await done;
        Assert.Equal(50, (await first).Tokens.Count);
        Assert.Equal(50, (await second).Tokens.Count);
        await engine.DisposeAsync();

        var other = Engine(new() { MaxSequences = 1 });
        var (running, waiting) = (Endless(other, CancellationToken.None), Endless(other, CancellationToken.None));
        await other.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await other.DisposeAsync();
    }

    private GenerationEngine Engine(GenerationEngineOptions options) => new(_model, TinyModelFolder.Tokenizer, options);

    private static Task<GeneratedText> Endless(GenerationEngine engine, CancellationToken cancellation) =>
        engine.GenerateAsync(Prompt, new GenerationOptions { MaxTokens = 3900 }, cancellation);

    private static async Task Until(Func<bool> holds)
    {
        while (!holds())
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }
}
