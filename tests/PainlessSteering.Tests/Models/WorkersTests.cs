using PainlessSteering.Models;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Models;

public class WorkersTests
{
    [Fact]
    public void EveryItemIsDoneOnceWithoutGradients()
    {
        var counts = new int[50];
        var withGradients = 0;
        new Workers(CPU, 3).Run(counts.Length, item =>
        {
            Interlocked.Increment(ref counts[item]);
            Interlocked.Add(ref withGradients, is_grad_enabled() ? 1 : 0);
        });
        Assert.All(counts, count => Assert.Equal(1, count));
        Assert.Equal(0, withGradients);
    }

    [Fact]
    public void TheFirstFailureIsThrownAndStopsTheRest()
    {
        var done = 0;
        var thrown = Assert.Throws<InvalidDataException>(() => new Workers(CPU, 2).Run(1_000_000, item =>
        {
            if (item == 10)
            {
                throw new InvalidDataException("10");
            }

            Interlocked.Increment(ref done);
        }));
        Assert.Equal("10", thrown.Message);
        Assert.InRange(done, 9, 999_990);
    }
}
