using System.Text.Json;
using PainlessSteering.Server.Errors;

namespace PainlessSteering.Server.Requests;

/// <summary>A field of the API or of other servers that would change the answer if it were left alone, and that this server does not do.</summary>
/// <param name="Name">The field.</param>
/// <param name="Instead">What to do.</param>
/// <param name="Neutral">The value that changes nothing, besides null, false, zero and what is empty; null for no other.</param>
internal sealed record RefusedField(string Name, string Instead, object? Neutral = null)
{
    private const string LeaveOut = "leave it out";
    private const string Form = "ask for the form in a message";

    /// <summary>Of chats and completions.</summary>
    public static IReadOnlyList<RefusedField> Common { get; } =
    [
        new("logit_bias", LeaveOut),
        new("min_tokens", LeaveOut),
        new("ignore_eos", LeaveOut),
        new("stop_token_ids", "use 'stop'"),
        new("include_stop_str_in_output", LeaveOut),
        new("skip_special_tokens", LeaveOut, true),
        new("bad_words", LeaveOut),
        new("allowed_token_ids", LeaveOut),
        new("logits_processors", LeaveOut),
        new("use_beam_search", LeaveOut),
        new("length_penalty", LeaveOut, 1),
        new("prompt_logprobs", LeaveOut),
        new("truncate_prompt_tokens", "shorten the prompt"),
        new("typical_p", LeaveOut, 1),
        new("top_a", LeaveOut),
        new("tfs_z", LeaveOut, 1),
        new("mirostat", LeaveOut),
        new("repeat_penalty", "use 'repetition_penalty'", 1),
        new("n_predict", "use 'max_tokens'"),
        new("num_predict", "use 'max_tokens'"),
        new("guided_json", Form),
        new("guided_regex", Form),
        new("guided_choice", Form),
        new("guided_grammar", Form),
        new("structured_outputs", Form),
        new("grammar", Form),
        new("json_schema", Form),
    ];

    /// <summary>Of chats alone.</summary>
    public static IReadOnlyList<RefusedField> OfChats { get; } =
    [
        new("audio", LeaveOut),
        new("web_search_options", LeaveOut),
        new("echo", LeaveOut),
        new("verbosity", "ask for it in a message", "medium"),
        new("reasoning_effort", "set it in 'chat_template_kwargs', if the model's template knows it"),
        new("chat_template", "the model's own is used"),
        new("documents", "put them into a message"),
        new("add_generation_prompt", LeaveOut, true),
        new("continue_final_message", "use /v1/completions"),
    ];

    /// <summary>Refuses the request where it asks for one of the fields.</summary>
    /// <param name="root">The request.</param>
    /// <param name="fields">The fields.</param>
    /// <exception cref="ApiException">It does.</exception>
    public static void Refuse(RequestField root, IReadOnlyList<RefusedField> fields)
    {
        foreach (var field in fields)
        {
            if (root[field.Name] is { Exists: true } given && !field.IsNeutral(given))
            {
                throw ApiException.Unsupported(field.Name, field.Instead);
            }
        }
    }

    private bool IsNeutral(RequestField field) => field.Kind switch
    {
        JsonValueKind.False => true,
        JsonValueKind.True => Neutral is true,
        JsonValueKind.Number => field.Real(double.MinValue, double.MaxValue) is var number && (number == 0 || (Neutral is int neutral && number == neutral)),
        JsonValueKind.String => field.Text() is var text && (text.Length == 0 || text == Neutral as string),
        JsonValueKind.Array => field.Items(int.MaxValue).Count == 0,
        JsonValueKind.Object => !field.HasMembers,
        _ => false,
    };
}
