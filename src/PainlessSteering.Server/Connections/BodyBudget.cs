using PainlessSteering.Server.Errors;

namespace PainlessSteering.Server.Connections;

/// <summary>The memory that the bodies of all requests may take together while they are answered, half of it for one caller. Safe for concurrent use.</summary>
/// <param name="most">Most bytes.</param>
internal sealed class BodyBudget(long most)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _callers = [];
    private long _taken;

    /// <summary>Bytes that are taken.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Begins the account of one body; its end gives everything back.</summary>
    /// <param name="caller">Who sends it.</param>
    public BodyAccount Open(string caller) => new(this, caller);

    /// <summary>Takes room for bytes that arrived.</summary>
    /// <exception cref="ApiException">There is none.</exception>
    public void Take(string caller, int bytes)
    {
        lock (_lock)
        {
            var taken = _callers.GetValueOrDefault(caller);
            if (_taken + bytes > most || taken + bytes > most / 2)
            {
                throw ApiException.Busy("the requests that are being answered have as many bytes as they may have together");
            }

            _taken += bytes;
            _callers[caller] = taken + bytes;
        }
    }

    public void Return(string caller, long bytes)
    {
        lock (_lock)
        {
            _taken -= bytes;
            if (bytes > 0 && (_callers[caller] -= bytes) == 0)
            {
                _callers.Remove(caller);
            }
        }
    }
}

/// <summary>What one body has taken of a budget.</summary>
internal sealed class BodyAccount(BodyBudget budget, string caller) : IDisposable
{
    private long _taken;

    /// <summary>Takes room for more bytes.</summary>
    /// <exception cref="ApiException">There is none.</exception>
    public void Take(int bytes)
    {
        budget.Take(caller, bytes);
        _taken += bytes;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        budget.Return(caller, _taken);
        _taken = 0;
    }
}
