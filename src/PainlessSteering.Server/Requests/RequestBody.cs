using System.Text.Json;
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
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="ApiException">It is too large, or not declared as JSON.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, int limit, CancellationToken cancellation)
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

        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int count; (count = await request.Body.ReadAsync(buffer, cancellation)) > 0;)
        {
            body.Write(buffer, 0, count);
            if (body.Length > limit)
            {
                throw ApiException.TooLarge(limit);
            }
        }

        return body.ToArray();
    }

    /// <summary>Parses a body.</summary>
    /// <param name="body">UTF-8 text.</param>
    /// <param name="read">Makes the request of the root, which is an object; must not keep it.</param>
    /// <exception cref="ApiException">It is not valid JSON, or not this request.</exception>
    public static T Parse<T>(ReadOnlyMemory<byte> body, Func<RequestField, T> read)
    {
        using var document = Open(body);
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? read(new RequestField(new JsonPart(document.RootElement, "the request")))
            : throw ApiException.Invalid("the request body is not a JSON object");
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
