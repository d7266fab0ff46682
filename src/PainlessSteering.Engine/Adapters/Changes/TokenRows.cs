using static TorchSharp.torch;

namespace PainlessSteering.Engine.Adapters.Changes;

/// <summary>Rows of an embedding that the adapter has anew.</summary>
/// <param name="module">The module's name.</param>
/// <param name="tokens">Ids of the rows.</param>
/// <param name="rows">The rows in the same order, [n, width].</param>
internal sealed class TokenRows(string module, IReadOnlyList<int> tokens, AdapterTensor rows) : TensorChange(module + ".weight", rows)
{
    public override long[] Shape => [-1, Source.Shape[1]];

    public override bool MayBeOfEmbedding => true;

    public override bool TiedHeadFollows => true;

    public override string Fact => $"{Target} {string.Join(' ', tokens)}";

    public override Tensor Apply(Tensor value, ScalarType stored)
    {
        var vocabulary = value.size(0);
        if (tokens.FirstOrDefault(token => token >= vocabulary, -1) is >= 0 and var beyond)
        {
            throw new PasException("the adapter has a row for a token that the model does not have", Source.Place, FormattableString.Invariant($"token ids below {vocabulary}"), FormattableString.Invariant($"{beyond}"), "is it an adapter of this model?")
            { Code = ErrorCodes.DoesNotFit };
        }

        return value.index_copy(0, tensor(tokens.Select(token => (long)token).ToArray()), Source.As(value.dtype));
    }
}
