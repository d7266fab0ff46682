using System.Net;

namespace PainlessSteering.Hub;

/// <summary>Brings files of one commit into the cache: under a lock, from where an earlier download stopped, and checked before they count.</summary>
internal sealed class HubDownload(HubRequests requests, HubSettings settings, HubCache cache, HubRepository repository, string commit, HubProgressSum progress)
{
    private const int BufferSize = 1 << 18;

    /// <summary>Fetches one file unless its blob is there, and links it into the snapshot.</summary>
    public async Task RunAsync(string name, CancellationToken cancellation)
    {
        var (path, where) = (repository.Resolve(commit, name), $"{repository.Name}/{name}");
        HubFile file;
        using (var head = await requests.SendAsync(HttpMethod.Head, path, repository, where, progress, cancellation))
        {
            file = HubFile.From(head, name, commit, where);
        }

        progress.Add(0, file.Size);
        var blob = cache.BlobPath(repository, file.Checksum);
        MakeFolderOf(blob);
        using (await LockAsync(cache.LockPath(repository, file.Checksum), where, cancellation))
        {
            if (File.Exists(blob) && new FileInfo(blob).Length == file.Size)
            {
                progress.Add(file.Size);
            }
            else
            {
                await FetchAsync(file, path, where, blob, cancellation);
            }

            cache.Link(repository, commit, name, file.Checksum);
        }

        progress.Add(0, finished: 1);
    }

    private async Task FetchAsync(HubFile file, string path, string where, string blob, CancellationToken cancellation)
    {
        var partial = blob + ".incomplete";
        var resumed = File.Exists(partial) && new FileInfo(partial).Length > 0;
        await FillAsync(file, path, where, partial, cancellation);
        if (!await file.IsContentOfAsync(partial, cancellation))
        {
            FaultPoint.At("unlink");
            File.Delete(partial);
            progress.Add(-file.Size);
            if (!resumed)
            {
                throw new PasException("what arrived is not the file: its checksum is wrong", where, file.Checksum, remedy: "try again, or check HF_ENDPOINT") { Code = ErrorCodes.Unavailable };
            }

            await FetchAsync(file, path, where, blob, cancellation); // What an earlier download left may have been the fault.
            return;
        }

        FaultPoint.At("rename");
        File.Move(partial, blob, overwrite: true);
    }

    /// <summary>Appends to the partial file until it has its size.</summary>
    private async Task FillAsync(HubFile file, string path, string where, string partial, CancellationToken cancellation)
    {
        await using var output = OpenPartial(partial);
        if (output.Length > file.Size)
        {
            output.SetLength(0);
        }

        progress.Add(output.Length);
        var wait = new HubWait(settings, progress);
        while (output.Length < file.Size)
        {
            var before = output.Length;
            var (response, failure) = await StepAsync(file, path, where, output, cancellation);
            using (response)
            {
                if (output.Length - before >= settings.LeastBytes)
                {
                    wait.Reset(); // Slow and often cut, but it gets on.
                }

                if (output.Length < file.Size)
                {
                    if (!wait.Another(response))
                    {
                        throw failure is not null ? HubErrors.Unreachable(failure, settings) : HubErrors.Of(response!, repository, where, settings);
                    }

                    await wait.Async(response, failure, cancellation);
                }
            }
        }
    }

    /// <summary>Asks once for what is missing; a failure or a refusal that may pass is handed back.</summary>
    private async Task<(HttpResponseMessage? Response, Exception? Failure)> StepAsync(HubFile file, string path, string where, FileStream output, CancellationToken cancellation)
    {
        HttpResponseMessage? response = null;
        try
        {
            response = await requests.SendOnceAsync(HttpMethod.Get, path, output.Length > 0 ? output.Length : null, cancellation);
            if (response.IsSuccessStatusCode)
            {
                await AppendAsync(response, file, where, output, cancellation);
            }
            else if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                Restart(output);
            }
            else if (!HubRequests.IsPassing(response))
            {
                throw HubErrors.Of(response, repository, where, settings);
            }

            return (response, null);
        }
        catch (Exception exception) when (HubRequests.IsPassing(exception, cancellation))
        {
            response?.Dispose();
            return (null, exception);
        }
    }

    private async Task AppendAsync(HttpResponseMessage response, HubFile file, string where, FileStream output, CancellationToken cancellation)
    {
        if (response.StatusCode != HttpStatusCode.PartialContent || response.Content.Headers.ContentRange?.From != output.Length)
        {
            Restart(output); // The server sends the whole file.
        }

        if (response.Content.Headers.ContentLength is { } length && output.Length + length != file.Size)
        {
            throw WrongSize(where, file.Size, output.Length + length);
        }

        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[BufferSize];
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(settings.Patience);
        for (int read, recent = 0; (read = await ReadAsync(body, buffer, patience.Token, cancellation)) > 0;)
        {
            recent += read;
            if (recent >= settings.LeastBytes)
            {
                recent = 0;
                patience.CancelAfter(settings.Patience);
            }

            if (output.Length + read > file.Size)
            {
                Restart(output);
                throw WrongSize(where, file.Size, null);
            }

            Written(output, buffer.AsSpan(0, read));
            progress.Add(read);
        }

        if (output.Length < file.Size)
        {
            throw new IOException("the connection was cut");
        }
    }

    private async ValueTask<int> ReadAsync(Stream body, byte[] buffer, CancellationToken patience, CancellationToken cancellation)
    {
        try
        {
            return await body.ReadAsync(buffer, patience);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException(FormattableString.Invariant($"fewer than {settings.LeastBytes} bytes came in {settings.Patience.TotalSeconds} s"));
        }
    }

    private void Restart(FileStream output)
    {
        progress.Add(-output.Length);
        output.SetLength(0);
    }

    private static PasException WrongSize(string where, long expected, long? found) => new(
        "the server sends another size than it tells", where, FormattableString.Invariant($"{expected} bytes"), found is { } bytes ? FormattableString.Invariant($"{bytes}") : "more", "try again, or check HF_ENDPOINT")
    { Code = ErrorCodes.Unavailable };

    private static FileStream OpenPartial(string partial)
    {
        try
        {
            return new FileStream(partial, FileMode.Append, FileAccess.Write, FileShare.Read);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(partial, exception);
        }
    }

    private static void Written(FileStream output, ReadOnlySpan<byte> bytes)
    {
        try
        {
            FaultPoint.At("write");
            output.Write(bytes);
        }
        catch (IOException exception)
        {
            throw Unwritable(output.Name, exception); // Not the network's failure, so that it is not tried again.
        }
    }

    private static void MakeFolderOf(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, exception);
        }
    }

    private static PasException Unwritable(string path, Exception cause) =>
        new("the cache cannot be written", path, found: cause.Message, remedy: "check the free space and the permissions, or set HF_HOME to another folder", inner: cause) { Code = ErrorCodes.FileAccess };

    /// <summary>Waits until no other program fetches the same blob.</summary>
    private async Task<FileStream> LockAsync(string path, string where, CancellationToken cancellation)
    {
        MakeFolderOf(path);
        for (var told = false; ; told = true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                if (!told)
                {
                    progress.Pause($"another program fetches {where}; waiting for it");
                }

                await Task.Delay(200, cancellation);
            }
        }
    }
}
