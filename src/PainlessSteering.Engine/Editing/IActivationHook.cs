using PainlessSteering.Engine.Batching;
using TorchSharp;

namespace PainlessSteering.Engine.Editing;

/// <summary>
/// What a model lets others do at its hook points. A model knows recording and steering only as this interface.
/// An instance serves one forward pass at a time.
/// </summary>
public interface IActivationHook
{
    /// <summary>
    /// How many rows split off each prompt's last token here. Each begins as a copy of that token's row, attends to the same
    /// prefix, and goes on beside it through the rest of the model.
    /// </summary>
    int Forks(int layer, HookPoint point) => 0;

    /// <summary>Reads or changes the activations of all rows at a point.</summary>
    /// <param name="layer">0-based block; -1 for the embeddings.</param>
    /// <param name="point">The point in the block.</param>
    /// <param name="activations">[rows, hidden size]; see <paramref name="rows"/> for which row is what.</param>
    /// <param name="rows">Layout of the rows, forks of this point included.</param>
    /// <returns>The activations to go on with; the tensor given, where nothing changes.</returns>
    torch.Tensor Apply(int layer, HookPoint point, torch.Tensor activations, RowLayout rows);

    /// <summary>
    /// Called once behind the last block. What has to leave the device waits until here: a copy to the host between two blocks
    /// would make the host wait for the device, and the device for the host.
    /// </summary>
    void Finish()
    {
    }
}
