namespace PainlessSteering.Evaluation.Benchmarks.Peers;

/// <summary>A model file in this program and in another one.</summary>
/// <param name="Threads">Threads of each.</param>
/// <param name="Rounds">How often each figure was measured.</param>
/// <param name="Figures">The figures.</param>
/// <param name="EmptyProcessBytes">Memory of a process with .NET and libtorch and no model.</param>
/// <param name="MemoryOverPeerBytes">What ours takes more than the peer and the empty process together.</param>
internal sealed record PeerReport(int Threads, int Rounds, IReadOnlyList<PeerFigure> Figures, long EmptyProcessBytes, long MemoryOverPeerBytes);
