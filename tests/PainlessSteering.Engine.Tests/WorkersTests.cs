using System.Collections.Concurrent;
using PainlessSteering.Engine.Batching;
using static TorchSharp.torch;

namespace PainlessSteering.Tests.Engine;

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
    public async Task ThreadsAreUsedAgain()
    {
        // Others may run meanwhile, but no more threads are made than ran at once.
        var threads = new ConcurrentDictionary<int, bool>();
        for (var round = 0; round < 200; round++)
        {
            await Task.Run(() => new Workers(CPU, 2).Run(2, _ => threads[Environment.CurrentManagedThreadId] = true), TestContext.Current.CancellationToken);
        }

        Assert.InRange(threads.Count, 1, 100);
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
