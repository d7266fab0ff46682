using PainlessSteering.Engine.Editing;
using PainlessSteering.Sweeps;
using static TorchSharp.torch;

namespace PainlessSteering.Evaluation;

/// <summary>The cells of a search: every variant at every site, layer and strength.</summary>
internal sealed class ValidationGrid
{
    private readonly Dictionary<(Variant Variant, SteeringSite Site, int Layer, SteeringStrength Strength), int> _index = [];
    private readonly FitOptions _options;
    private double[] _accuracy = []; // per candidate
    private double _unsteered;
    private SweepResult? _result;

    /// <summary>Lists the cells of all variants whose vectors are defined.</summary>
    /// <param name="variants">Methods and placebos.</param>
    /// <param name="options">Of the run.</param>
    /// <param name="norms">Of the activations at each place; null where no strength is a percentage.</param>
    public ValidationGrid(IReadOnlyList<Variant> variants, FitOptions options, MedianNorms? norms)
    {
        _options = options;
        Variants = variants;
        var candidates = new List<Candidate>();
        foreach (var variant in variants)
        {
            foreach (var ((site, layer), edit) in variant.Edits)
            {
                foreach (var strength in options.Strengths)
                {
                    _index.Add((variant, site, layer, strength), candidates.Count);
                    candidates.Add(new Candidate(edit.Times(strength.IsPercentage ? strength.Factor(norms![edit.Place], edit.Norm) : strength.Number)));
                }
            }
        }

        Candidates = candidates;
    }

    /// <summary>Methods and placebos.</summary>
    public IReadOnlyList<Variant> Variants { get; }

    /// <summary>Every cell, in the order of the results of a sweep.</summary>
    public IReadOnlyList<Candidate> Candidates { get; }

    /// <summary>Takes the answers to the validation prompts.</summary>
    /// <param name="result">What the sweep of <see cref="Candidates"/> gave.</param>
    /// <param name="right">Position of the right choice of each prompt.</param>
    public void Fill(SweepResult result, int[] right)
    {
        _result = result;
        _unsteered = Evaluation.Accuracy.Of(result.Predictions(null), right);
        _accuracy = [.. Enumerable.Range(0, Candidates.Count).Select(i => Evaluation.Accuracy.Of(result.Predictions(i), right))];
    }

    /// <summary>The probability that the choices have together, unsteered; see <see cref="SweepResult.Mass"/>.</summary>
    public double? Mass => _result!.Mass;

    /// <summary>Predictions of the unsteered model.</summary>
    public int[] UnsteeredPredictions => _result!.Predictions(null);

    /// <summary>Predictions of a cell, or of the unsteered model where there is no such cell.</summary>
    public int[] Predictions(Variant variant, SteeringSite site, int layer, SteeringStrength strength) =>
        _result!.Predictions(_index.TryGetValue((variant, site, layer, strength), out var index) ? index : null);

    /// <summary>The cell that a strength comes to; null where there is no such cell.</summary>
    public Candidate? Cell(Variant variant, SteeringSite site, int layer, SteeringStrength strength) =>
        _index.TryGetValue((variant, site, layer, strength), out var index) ? Candidates[index] : null;

    /// <summary>Validation accuracy of a cell; of the unsteered model where there is no such cell.</summary>
    public double Accuracy(Variant variant, SteeringSite site, int layer, SteeringStrength strength) =>
        _index.TryGetValue((variant, site, layer, strength), out var index) ? _accuracy[index] : _unsteered;

    /// <summary>
    /// The cell with the highest validation accuracy; ties go to the highest layer, then to the strength, variant and site listed
    /// first (method.md §3). Under the sound protocol "do not steer" stands before all of them, so steering must win strictly.
    /// </summary>
    /// <param name="variants">Methods, or placebos of them.</param>
    /// <param name="sites">Where.</param>
    /// <param name="steerAtAnyRate">Leaves "do not steer" out.</param>
    public Selection Best(IReadOnlyList<Variant> variants, IReadOnlyList<SteeringSite> sites, bool steerAtAnyRate = false)
    {
        var best = new Selection(null, null, 0, _unsteered);
        var bar = _options.Protocol == Data.Protocol.Sound && !steerAtAnyRate ? _unsteered : double.NegativeInfinity;
        foreach (var layer in _options.Layers.OrderDescending())
        {
            foreach (var strength in _options.Strengths)
            {
                foreach (var variant in variants)
                {
                    foreach (var site in sites)
                    {
                        if (_index.TryGetValue((variant, site, layer, strength), out var index) && _accuracy[index] > bar)
                        {
                            bar = _accuracy[index];
                            best = new Selection(variant, Candidates[index], strength, bar);
                        }
                    }
                }
            }
        }

        return best;
    }
}

/// <summary>What validation chose.</summary>
/// <param name="Variant">The method or placebo; null for "do not steer".</param>
/// <param name="Cell">The cell; null for "do not steer".</param>
/// <param name="Strength">Its strength, as it was asked for.</param>
/// <param name="ValidationAccuracy">Its accuracy on validation.</param>
internal sealed record Selection(Variant? Variant, Candidate? Cell, SteeringStrength Strength, double ValidationAccuracy)
{
    /// <summary>As results tell it.</summary>
    public ChosenCell Describe() => new(Variant?.Method, Cell?.First.Site.Name, Cell?.First.Layer, Cell?.First.Strength ?? 0, ValidationAccuracy) { Asked = Asked };

    /// <summary>Its strength, where it is a percentage.</summary>
    public SteeringStrength? Asked => Strength.IsPercentage ? Strength : null;

    /// <summary>Euclidean norm of the vector, without its strength; 0 for "do not steer".</summary>
    public double VectorNorm
    {
        get
        {
            using var scope = NewDisposeScope();
            return Cell is null ? 0 : tensor(Cell.First.Values.ToArray()).norm().item<float>();
        }
    }
}
