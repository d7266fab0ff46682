using System.Threading.Channels;
using PainlessSteering.Engine.Generation;

namespace PainlessSteering.Server.Answers;

/// <summary>A piece of one of a request's answers.</summary>
/// <param name="Choice">Which answer.</param>
/// <param name="Piece">What comes next in it.</param>
internal sealed record AnswerPiece(int Choice, GeneratedPiece Piece);

/// <summary>The answers of a request, side by side, as they come.</summary>
internal static class AnswerStream
{
    /// <summary>Lets all answers take their places in the engine's queue together.</summary>
    /// <param name="engine">Generates.</param>
    /// <param name="jobs">The answers.</param>
    /// <param name="cancellation">Ends all of them.</param>
    /// <returns>Their pieces, to be enumerated once; to give up ends what still runs.</returns>
    /// <exception cref="QueueFullException">There is no room in the queue for all of them, and none runs.</exception>
    public static IAsyncEnumerable<AnswerPiece> Start(GenerationEngine engine, IReadOnlyList<AnswerJob> jobs, CancellationToken cancellation)
    {
        var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            return Merge(engine.StreamTogether([.. jobs.Select(job => (job.Prompt, job.Options))], ends.Token), ends);
        }
        catch
        {
            ends.Dispose();
            throw;
        }
    }

    /// <summary>The same pieces, once the first of them is there: until then a failure can still become a status.</summary>
    public static async Task<IAsyncEnumerable<T>> BegunAsync<T>(IAsyncEnumerable<T> pieces)
    {
        var rest = pieces.GetAsyncEnumerator();
        try
        {
            return Rest(rest, await rest.MoveNextAsync());
        }
        catch
        {
            await rest.DisposeAsync();
            throw;
        }
    }

    private static async IAsyncEnumerable<T> Rest<T>(IAsyncEnumerator<T> pieces, bool more)
    {
        await using (pieces)
        {
            for (; more; more = await pieces.MoveNextAsync())
            {
                yield return pieces.Current;
            }
        }
    }

    private static async IAsyncEnumerable<AnswerPiece> Merge(IReadOnlyList<IAsyncEnumerable<GeneratedPiece>> answers, CancellationTokenSource ends)
    {
        using (ends)
        {
            var merged = Channel.CreateUnbounded<AnswerPiece>(new UnboundedChannelOptions { SingleReader = true });
            var pumps = PumpAllAsync(answers, merged.Writer);
            try
            {
                await foreach (var piece in merged.Reader.ReadAllAsync())
                {
                    yield return piece;
                }
            }
            finally
            {
                await ends.CancelAsync(); // The reader may have left, or one answer failed: then the others end too.
                await pumps;
            }
        }
    }

    private static async Task PumpAllAsync(IReadOnlyList<IAsyncEnumerable<GeneratedPiece>> answers, ChannelWriter<AnswerPiece> writer)
    {
        async Task PumpAsync(IAsyncEnumerable<GeneratedPiece> answer, int choice)
        {
            try
            {
                await foreach (var piece in answer)
                {
                    writer.TryWrite(new AnswerPiece(choice, piece));
                }
            }
            catch (Exception e)
            {
                writer.TryComplete(e); // The reader gets the first failure, and ends the other answers.
            }
        }

        await Task.WhenAll(answers.Select(PumpAsync));
        writer.TryComplete();
    }
}
