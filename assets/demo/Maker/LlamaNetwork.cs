using TorchSharp.Modules;
using static TorchSharp.torch;

namespace PainlessSteering.Demo;

/// <summary>Sizes of the model.</summary>
internal sealed record LlamaShape(int Vocabulary, int Width = 96, int Blocks = 4, int Heads = 8, int Inner = 256, int MaxPositions = 512, float RopeTheta = 1000f, float NormEpsilon = 1e-5f)
{
    public int HeadDim => Width / Heads;
}

/// <summary>A Llama-architecture decoder for training: parameters under their Hugging Face names, and the forward pass on padded batches.</summary>
internal sealed class LlamaNetwork
{
    public LlamaShape Shape { get; }

    public Dictionary<string, Parameter> Parameters { get; } = [];

    private readonly Tensor _cos, _sin; // [positions, head_dim]

    public LlamaNetwork(LlamaShape shape, int seed)
    {
        Shape = shape;
        using var generator = new Generator((ulong)seed);
        Parameter Normal(double deviation, params long[] size) => nn.Parameter(randn(size, generator: generator) * deviation);
        Parameter Ones() => nn.Parameter(ones(shape.Width));
        Parameters["model.embed_tokens.weight"] = Normal(0.05, shape.Vocabulary, shape.Width);
        for (var block = 0; block < shape.Blocks; block++)
        {
            var name = $"model.layers.{block}.";
            var scale = 1 / Math.Sqrt(shape.Width);
            var outScale = 1 / Math.Sqrt(2.0 * shape.Blocks);
            Parameters[name + "input_layernorm.weight"] = Ones();
            Parameters[name + "self_attn.q_proj.weight"] = Normal(scale, shape.Width, shape.Width);
            Parameters[name + "self_attn.k_proj.weight"] = Normal(scale, shape.Width, shape.Width);
            Parameters[name + "self_attn.v_proj.weight"] = Normal(scale, shape.Width, shape.Width);
            Parameters[name + "self_attn.o_proj.weight"] = Normal(scale * outScale, shape.Width, shape.Width);
            Parameters[name + "post_attention_layernorm.weight"] = Ones();
            Parameters[name + "mlp.gate_proj.weight"] = Normal(scale, shape.Inner, shape.Width);
            Parameters[name + "mlp.up_proj.weight"] = Normal(scale, shape.Inner, shape.Width);
            Parameters[name + "mlp.down_proj.weight"] = Normal(outScale / Math.Sqrt(shape.Inner), shape.Width, shape.Inner);
        }

        Parameters["model.norm.weight"] = Ones();
        var frequencies = pow(shape.RopeTheta, -arange(0, shape.HeadDim, 2, ScalarType.Float32) / shape.HeadDim);
        var angles = outer(arange(shape.MaxPositions, ScalarType.Float32), frequencies);
        angles = cat([angles, angles], 1);
        (_cos, _sin) = (angles.cos(), angles.sin());
    }

    public Tensor Embed(Tensor ids) => Parameters["model.embed_tokens.weight"].index_select(0, ids.reshape(-1)).view(ids.shape[0], ids.shape[1], Shape.Width); // [batch, time, width]

    public Tensor Block(int block, Tensor x, Action<string, Tensor>? visit = null)
    {
        var name = $"model.layers.{block}.";
        var (batch, time) = (x.shape[0], x.shape[1]);
        var normed = Norm(x, Parameters[name + "input_layernorm.weight"]);
        Tensor Heads(string projection) => nn.functional.linear(normed, Parameters[name + $"self_attn.{projection}.weight"])
            .view(batch, time, Shape.Heads, Shape.HeadDim).transpose(1, 2); // [batch, heads, time, head_dim]
        var attended = nn.functional.scaled_dot_product_attention(Rotate(Heads("q_proj")), Rotate(Heads("k_proj")), Heads("v_proj"), is_casual: true);
        var attention = nn.functional.linear(attended.transpose(1, 2).reshape(batch, time, Shape.Width), Parameters[name + "self_attn.o_proj.weight"]);
        visit?.Invoke("self_attn", attention);
        x = x + attention;
        normed = Norm(x, Parameters[name + "post_attention_layernorm.weight"]);
        var gate = nn.functional.silu(nn.functional.linear(normed, Parameters[name + "mlp.gate_proj.weight"]));
        var up = nn.functional.linear(normed, Parameters[name + "mlp.up_proj.weight"]);
        return x + nn.functional.linear(gate * up, Parameters[name + "mlp.down_proj.weight"]);
    }

    /// <summary>Logits of every position, [batch, time, vocabulary].</summary>
    public Tensor Logits(Tensor ids)
    {
        var x = Embed(ids);
        for (var block = 0; block < Shape.Blocks; block++)
        {
            x = Block(block, x);
        }

        return Head(x);
    }

    public Tensor Head(Tensor x) => nn.functional.linear(Norm(x, Parameters["model.norm.weight"]), Parameters["model.embed_tokens.weight"]);

    private Tensor Norm(Tensor x, Tensor weight) => x * (x.square().mean([-1L], keepdim: true) + Shape.NormEpsilon).rsqrt() * weight;

    /// <summary>Rotary position embedding with the halves convention of Hugging Face.</summary>
    private Tensor Rotate(Tensor x)
    {
        var (time, half) = (x.shape[2], x.shape[3] / 2);
        var turned = cat([-x.narrow(3, half, half), x.narrow(3, 0, half)], 3);
        return x * _cos.narrow(0, 0, time) + turned * _sin.narrow(0, 0, time);
    }
}
