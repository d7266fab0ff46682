using PainlessSteering.Engine;
using PainlessSteering.Tests.Demo;
using PainlessSteering.Text;

namespace PainlessSteering.Tests.Server;

/// <summary>One server for the tests that change nothing: vectors <c>honest</c> (fitted), <c>r0</c> to <c>r15</c> (random), <c>huge</c> and <c>broken</c>.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    private readonly TempFolder _vectors = new();

    internal CausalLM Model { get; } = CausalLM.Load(DemoFolder.PathOf("model"));

    internal Tokenizer Tokenizer { get; } = Tokenizer.Load(DemoFolder.PathOf("model"));

    internal RunningServer Server { get; private set; } = null!;

    internal string Vectors => _vectors.Path;

    public async ValueTask InitializeAsync()
    {
        DemoVectors.WriteFitted(_vectors.File("honest.safetensors"), Model, Tokenizer);
        DemoVectors.WriteRandom(_vectors.Path, Model, 16);
        DemoVectors.WriteHuge(_vectors.File("huge.safetensors"), Model);
        _vectors.Write("broken.safetensors", "no vector");
        Server = await RunningServer.StartAsync(options => options with { VectorFolder = _vectors.Path }, Model);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Model.Dispose();
        _vectors.Dispose();
    }
}
