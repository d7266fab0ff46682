using System.Text;
using Microsoft.AspNetCore.Connections;
using PainlessSteering.Server.Errors;
using static System.FormattableString;

namespace PainlessSteering.Server.Connections;

/// <summary>Tells connections for which there is no place so, with the API's error and when to come again; a few at a time, the others are closed without words.</summary>
internal sealed class Refusals
{
    /// <summary>Most that are told at a time.</summary>
    public const int Most = 64;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly byte[] Words = Response(ApiException.Busy("the server has as many connections as it may have"));

    private int _running;

    /// <summary>Refuses a connection and closes it; never fails.</summary>
    public async Task RefuseAsync(ConnectionContext connection)
    {
        try
        {
            if (Interlocked.Increment(ref _running) <= Most)
            {
                await AnswerAsync(connection);
            }
            else
            {
                connection.Abort();
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            // It has gone already, or says nothing.
        }
        finally
        {
            Interlocked.Decrement(ref _running);
            await connection.DisposeAsync();
        }
    }

    /// <summary>Answers once something was asked, and waits until the client has gone: to close before its request is read would throw the answer away.</summary>
    private static async Task AnswerAsync(ConnectionContext connection)
    {
        using var patience = new CancellationTokenSource(Patience);
        var input = connection.Transport.Input;
        var asked = await input.ReadAsync(patience.Token);
        input.AdvanceTo(asked.Buffer.End);
        await connection.Transport.Output.WriteAsync(Words, patience.Token);
        for (var more = asked; !more.IsCompleted; input.AdvanceTo(more.Buffer.End))
        {
            more = await input.ReadAsync(patience.Token);
        }
    }

    private static byte[] Response(ApiException error)
    {
        var body = error.Error.ToJson();
        return Encoding.UTF8.GetBytes(Invariant($"HTTP/1.1 {error.Status} Service Unavailable\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n")
            + Invariant($"Retry-After: {error.RetryAfter}\r\nConnection: close\r\n\r\n{body}"));
    }
}
