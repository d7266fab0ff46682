namespace PainlessSteering.Evaluation.Benchmarks.Peers;

/// <summary>One figure of both programs.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Unit">In which unit.</param>
/// <param name="Ours">The median here.</param>
/// <param name="Peer">The other program's.</param>
/// <param name="Ratio">The median of ours over the peer's, each pair measured one after the other.</param>
internal sealed record PeerFigure(string What, string Unit, double Ours, double Peer, double Ratio);
