using Microsoft.Extensions.AI;

namespace PainlessSteering.Chat;

/// <summary>Options of a chat whose neglect would change the answer, and that cannot be followed.</summary>
internal static class UnsupportedOptions
{
    /// <summary>Refuses options. Left alone are those that change no answer: the model's name, as there is one; whether several calls may be made at once, as calls are not parsed; and what is meant for other clients alone.</summary>
    /// <exception cref="PasException">One is set.</exception>
    public static void Refuse(ChatOptions? options)
    {
        if (options is null)
        {
            return;
        }

        Refuse(options.FrequencyPenalty is not (null or 0), nameof(options.FrequencyPenalty));
        Refuse(options.PresencePenalty is not (null or 0), nameof(options.PresencePenalty));
        Refuse(options.ResponseFormat is not (null or ChatResponseFormatText), nameof(options.ResponseFormat));
        Refuse(options.ToolMode is RequiredChatToolMode, nameof(options.ToolMode));
        Refuse(options.ConversationId is not null, nameof(options.ConversationId));
    }

    private static void Refuse(bool isSet, string name)
    {
        if (isSet)
        {
            throw new PasException("this option of a chat is not supported", name, remedy: "leave it out") { Code = ErrorCodes.NotSupported };
        }
    }
}
