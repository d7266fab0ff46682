using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using PainlessSteering.Data;
using PainlessSteering.Engine;
using PainlessSteering.Engine.Editing;

namespace PainlessSteering.Evaluation.Caching;

/// <summary>
/// Keeps what passes of prompts gave, named by the model and the tokens, so that no prompt is run twice for its prediction or its
/// activations: in memory, and in a folder if there is one. The folder is bounded, may be deleted at any time and shared by any
/// number of processes and machines; what is damaged in it is not used.
/// </summary>
/// <remarks>For one thread at a time.</remarks>
public sealed class ActivationCache : IDisposable
{
    /// <summary>Grows when a change of the program changes a bit of what is recorded.</summary>
    private const int Version = 3;

    private readonly string? _folder;
    private readonly long _memoryLimit, _diskLimit;
    private readonly Dictionary<UInt128, CachedPrompt> _memory = [];
    private readonly Dictionary<string, CacheSegment> _segments = [];
    private readonly List<(UInt128, CachedPrompt)> _unsaved = [];
    private long _memoryBytes;

    /// <param name="folder">Where it is kept; null for memory only.</param>
    /// <param name="memoryLimit">Bytes held in memory at most; what comes later is kept on disk only.</param>
    /// <param name="diskLimit">Bytes held in the folder; what was used longest ago goes first.</param>
    /// <exception cref="PasException">The folder cannot be made.</exception>
    public ActivationCache(string? folder = null, long memoryLimit = 1L << 30, long diskLimit = 16L << 30)
    {
        (_folder, _memoryLimit, _diskLimit) = (folder, memoryLimit, diskLimit);
        try
        {
            _ = folder is null ? null : Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PasException("the cache's folder cannot be made", folder, found: e.Message, remedy: $"give another folder with {SettingName.Of(nameof(FitOptions.Cache))}", inner: e) { Code = ErrorCodes.FileAccess };
        }
    }

    /// <summary>Sites whose activations are kept besides those that a fit asks for, because another will.</summary>
    public IReadOnlyList<SteeringSite> Sites { get; init; } = [];

    /// <summary>Prompts found.</summary>
    public long Hits { get; private set; }

    /// <summary>Prompts looked for in vain.</summary>
    public long Misses { get; private set; }

    /// <summary>Drops what is in memory; what is on disk stays.</summary>
    public void Forget()
    {
        _memory.Clear();
        _memoryBytes = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var segment in _segments.Values)
        {
            segment.Dispose();
        }

        _segments.Clear();
    }

    /// <summary>The name of a prompt: all that its activations depend on.</summary>
    internal static UInt128 KeyOf(CausalLM model, int[] tokens)
    {
        using var hash = new ContentHash();
        hash.Add($"{Version} {model.Fingerprint} {model.DataType} {model.WeightFormat} {model.Device.type} {RuntimeInformation.ProcessArchitecture} {Vector512.IsHardwareAccelerated}");
        foreach (var token in tokens)
        {
            hash.Add(token);
        }

        return BinaryPrimitives.ReadUInt128LittleEndian(hash.Finish());
    }

    /// <summary>Learns what other processes have added to the folder meanwhile.</summary>
    internal void Refresh()
    {
        if (_folder is null || !Directory.Exists(_folder))
        {
            return;
        }

        var files = Directory.EnumerateFiles(_folder, "*" + CacheSegment.Ending).ToHashSet();
        foreach (var gone in _segments.Keys.Where(file => !files.Contains(file)).ToList())
        {
            _segments.Remove(gone, out var segment);
            segment!.Dispose();
        }

        foreach (var file in files.Where(file => !_segments.ContainsKey(file)))
        {
            if (CacheSegment.Open(file) is { } segment)
            {
                _segments.Add(file, segment);
            }
        }
    }

    /// <summary>What is known of a prompt, if it is all that is asked for.</summary>
    /// <param name="key">Of the prompt.</param>
    /// <param name="letters">Tokens that it is answered with.</param>
    /// <param name="points">Places.</param>
    internal CachedPrompt? Find(UInt128 key, int[] letters, IReadOnlyCollection<CapturePoint> points)
    {
        bool Suffices(CachedPrompt? prompt) => prompt is not null && prompt.Letters.AsSpan().StartsWith(letters) && points.All(prompt.At.ContainsKey);
        if (!_memory.TryGetValue(key, out var found) || !Suffices(found))
        {
            found = _segments.Values.Select(segment => segment.Find(key)).FirstOrDefault(Suffices);
            if (found is not null)
            {
                Hold(key, found);
            }
        }

        (Hits, Misses) = found is null ? (Hits, Misses + 1) : (Hits + 1, Misses);
        return found;
    }

    internal void Add(UInt128 key, CachedPrompt prompt)
    {
        Hold(key, prompt);
        if (_folder is not null)
        {
            _unsaved.Add((key, prompt));
        }
    }

    /// <summary>Writes what was added to the folder. A folder that cannot be written costs time, not the result.</summary>
    internal void Save()
    {
        if (_unsaved.Count == 0)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(_folder!);
            CacheSegment.Write(Path.Combine(_folder!, Guid.NewGuid().ToString("n") + CacheSegment.Ending), _unsaved);
            Bound();
        }
        catch (Exception e) when (e is PasException or IOException or UnauthorizedAccessException)
        {
            // Full, or gone: then without.
        }

        _unsaved.Clear();
    }

    private void Hold(UInt128 key, CachedPrompt prompt)
    {
        _memoryBytes -= _memory.Remove(key, out var old) ? old.Bytes : 0;
        if (_memoryBytes + prompt.Bytes <= _memoryLimit)
        {
            _memory.Add(key, prompt);
            _memoryBytes += prompt.Bytes;
        }
    }

    private void Bound()
    {
        var files = new DirectoryInfo(_folder!).GetFiles("*" + CacheSegment.Ending).OrderByDescending(file => file.LastWriteTimeUtc).ToList();
        long total = 0;
        foreach (var file in files)
        {
            total += file.Length;
            if (total > _diskLimit && file != files[0])
            {
                file.Delete();
            }
        }
    }
}
