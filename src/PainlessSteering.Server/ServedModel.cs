using PainlessSteering.Engine;
using PainlessSteering.Server.Errors;
using PainlessSteering.Server.Requests;
using PainlessSteering.Server.Vectors;
using PainlessSteering.Text;
using PainlessSteering.Text.Templates;
using PainlessSteering.Vectors;
using static System.FormattableString;

namespace PainlessSteering.Server;

/// <summary>The model behind the API: turns what requests ask for into tokens, vectors and lengths.</summary>
/// <param name="Paths">Where its files lie.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Model">The model.</param>
/// <param name="Tokenizer">Its tokenizer.</param>
/// <param name="Chat">How it wants chats written.</param>
/// <param name="Catalogue">The vectors.</param>
/// <param name="DefaultMaxTokens">Most tokens of an answer where the request does not say.</param>
internal sealed record ServedModel(ServerPaths Paths, string Name, CausalLM Model, Tokenizer Tokenizer, ChatPrompt Chat, VectorCatalogue Catalogue, int DefaultMaxTokens)
{
    /// <summary>The vectors that a request switches on.</summary>
    /// <exception cref="ApiException">There is no such model or vector.</exception>
    public IReadOnlyList<AppliedVector> Vectors(CommonRequest request)
    {
        var named = ModelName.Parse(request.Model, Name);
        return Catalogue.Resolve(request.Steering ?? named);
    }

    /// <summary>The tokens of a chat, up to where the answer begins, and the ways to what of its messages the template does not read.</summary>
    /// <param name="request">The chat.</param>
    /// <param name="cancellation">Ends the rendering.</param>
    public (IReadOnlyList<int> Tokens, IReadOnlyList<string> Unread) Encode(ChatRequest request, CancellationToken cancellation)
    {
        if (request.Tools is not null && !Chat.TakesTools)
        {
            throw ApiException.Unsupported("tools", "the model's chat template has no place for them");
        }

        try
        {
            var (prompt, conversation) = Chat.Write(new ChatTemplateInput(request.Messages) { Tools = request.Tools, Variables = request.Variables }, cancellation);
            return conversation.LeftOut is { } error ? throw error : (Checked(Tokenizer.Encode(prompt, Chat.AddSpecialTokens), "messages"), conversation.Unread);
        }
        catch (PasException e) when (e.Where?.StartsWith("messages[", StringComparison.Ordinal) == true)
        {
            throw ApiException.Invalid(e.Message, e.Where);
        }
        catch (PasException e)
        {
            throw ApiException.Of(Paths.Hide(e), "messages");
        }
    }

    /// <summary>The tokens of a text to continue.</summary>
    public IReadOnlyList<int> Encode(CompletionPrompt prompt) => Checked(prompt.Tokens ?? Tokenizer.Encode(prompt.Text!), prompt.Field);

    /// <summary>How many tokens an answer may have.</summary>
    /// <param name="prompt">The tokens before it.</param>
    /// <param name="most">Most tokens that are asked for; null for the server's own limit, or what there is room for.</param>
    /// <param name="field">Where the prompt stands in the request.</param>
    /// <exception cref="ApiException">There is no room for them.</exception>
    public int Room(IReadOnlyList<int> prompt, int? most, string field)
    {
        var room = Model.Config.ContextLength - prompt.Count;
        if (room < (most ?? 1))
        {
            var asked = most is null ? "" : Invariant($" and {most} tokens of the answer");
            throw ApiException.Invalid(
                Invariant($"this model's context is {Model.Config.ContextLength} tokens; the request has {prompt.Count} tokens{asked}; shorten it"), field, "context_length_exceeded");
        }

        return most ?? Math.Min(room, DefaultMaxTokens);
    }

    private IReadOnlyList<int> Checked(IReadOnlyList<int> tokens, string field) => tokens switch
    {
        [] => throw ApiException.Invalid("the prompt is empty; expected at least one token", field),
        _ when tokens.Max() >= Model.Config.VocabularySize => throw ApiException.Invalid(
            Invariant($"a token is not in the vocabulary; expected ids below {Model.Config.VocabularySize}; found {tokens.Max()}"), field),
        _ => tokens,
    };
}
