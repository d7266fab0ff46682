using PainlessSteering.Engine.Adapters.Changes;

namespace PainlessSteering.Engine.Adapters.Peft.Kinds;

/// <summary>Single rows of an embedding that were trained, beside LoRA or alone. The file has the new rows, not differences; a head that is the embedding has them too.</summary>
internal sealed class TrainedTokens : AdapterKind
{
    private const string Alone = "TRAINABLE_TOKENS", End = ".trainable_tokens_delta", EndBesideLora = ".token_adapter" + End;

    public override IReadOnlyList<string> Methods => ["LORA", Alone];

    public override string Ending => End;

    public override IEnumerable<TensorChange> Read(PeftFolder folder)
    {
        var alone = folder.Method == Alone;
        var (key, end) = alone ? ("token_indices", End) : ("trainable_token_indices", EndBesideLora);
        if (!alone && !folder.Config.HasContent(key))
        {
            yield break;
        }

        var named = folder.Config.IsObject(key) ? folder.Config.IntsByName(key) : null;
        var modules = folder.ModulesOf(end).ToArray();
        foreach (var name in named?.Keys.Where(name => !modules.Any(module => ModuleNames.IsIn([name], module))) ?? (modules.Length == 0 ? ["embed_tokens"] : []))
        {
            folder.Take(name + end); // It says what is missing.
        }

        foreach (var module in modules)
        {
            var tokens = named is null ? folder.Config.Ints(key) : named.FirstOrDefault(entry => ModuleNames.IsIn([entry.Key], module)).Value ?? [];
            if (tokens.Any(token => token < 0) || tokens.Distinct().Count() < tokens.Count)
            {
                throw folder.Config.Unsupported(key, string.Join(", ", tokens), "different ids of tokens");
            }

            yield return new TokenRows(module, tokens, Checked(folder.Take(module + end), [tokens.Count, -1], $"[{tokens.Count}, width], a row for each of the ids in '{key}'"));
        }
    }
}
