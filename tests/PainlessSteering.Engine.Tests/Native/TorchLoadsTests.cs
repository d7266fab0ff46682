using TorchSharp;

namespace PainlessSteering.Tests.Engine.Native;

public class TorchLoadsTests
{
    [Fact]
    public void TorchComputesAfterTheLibraryIsLoaded()
    {
        _ = new PasException("touch the library");
        using var sum = torch.ones(3).sum();
        Assert.Equal(3f, sum.ToSingle());
    }
}
