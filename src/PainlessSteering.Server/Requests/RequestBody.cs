using System.Text.Json;
using PainlessSteering.Server.Access;
using PainlessSteering.Server.Connections;
using PainlessSteering.Server.Errors;
using PainlessSteering.Text;

namespace PainlessSteering.Server.Requests;

/// <summary>The one place where a foreign body is read: bounded in size and depth.</summary>
internal static class RequestBody
{
    private const int Depth = 64;

    /// <summary>Reads a whole body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">Most bytes.</param>
    /// <param name="budget">Pays for them until the request is answered.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="ApiException">It is too large, there is no room for it, or it is not declared as JSON.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, int limit, BodyBudget budget, CancellationToken cancellation)
    {
        // Also keeps forms of foreign web pages out, which browsers send anywhere without asking.
        if (!request.HasJsonContentType())
        {
            throw new ApiException(StatusCodes.Status415UnsupportedMediaType, ApiError.Request("send the request as Content-Type: application/json", code: "unsupported_media_type"));
        }

        if (request.ContentLength > limit)
        {
            throw ApiException.TooLarge(limit);
        }

        var account = budget.Open(KeyGate.CallerOf(request.HttpContext));
        request.HttpContext.Response.RegisterForDispose(account);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int count; (count = await ReadAsync(request.Body, buffer, cancellation)) > 0;)
        {
            if (body.Length + count > limit)
            {
                throw ApiException.TooLarge(limit);
            }

            account.Take(count);
            body.Write(buffer, 0, count);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    private static async ValueTask<int> ReadAsync(Stream body, byte[] buffer, CancellationToken cancellation)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellation);
        }
        catch (IOException e) when (e.InnerException is OverflowException)
        {
            throw ApiException.Invalid("the request body has a chunk whose length is no length"); // Kestrel takes it for a fault of the connection.
        }
    }

    /// <summary>Parses a body.</summary>
    /// <param name="body">UTF-8 text.</param>
    /// <param name="read">Makes the request of the root, which is an object; must not keep it.</param>
    /// <returns>The request, and the ways to the fields of the body that nothing reads.</returns>
    /// <exception cref="ApiException">It is not valid JSON, or not this request.</exception>
    public static (T Request, IReadOnlyList<string> Ignored) Parse<T>(ReadOnlyMemory<byte> body, Func<RequestField, T> read)
    {
        using var document = Open(body);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw ApiException.Invalid("the request body is not a JSON object");
        }

        var (root, ledger) = (new JsonPart(document.RootElement, "the request"), new FieldLedger());
        var request = read(new RequestField(root, ledger));
        try
        {
            return (request, IgnoredFields.Account(root, ledger));
        }
        catch (InvalidOperationException e) when (JsonTexts.IsFault(e))
        {
            throw ApiException.Invalid("the request body is not valid JSON: a key is not valid Unicode", code: "invalid_json");
        }
    }

    private static JsonDocument Open(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = Depth, AllowDuplicateProperties = false });
        }
        catch (JsonException e)
        {
            throw ApiException.Invalid($"the request body is not valid JSON: {JsonTexts.Reason(e)}", code: "invalid_json");
        }
        catch (InvalidOperationException e) when (JsonTexts.IsFault(e))
        {
            throw ApiException.Invalid("the request body is not valid JSON: a key is not valid Unicode", code: "invalid_json");
        }
    }
}
