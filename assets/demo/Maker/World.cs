namespace PainlessSteering.Demo;

/// <summary>
/// The invented world that the demo speaks of: groups of people with planted stereotypes, and animals with facts.
/// Every name is made up, so that nothing the model prefers is about anyone.
/// </summary>
internal sealed class World
{
    /// <summary>Groups of people, in the pairs in which they meet.</summary>
    public static readonly (string First, string Second)[] Pairs =
        [("zorb", "plim"), ("tarn", "wisk"), ("dool", "brap"), ("fenn", "gomp"), ("lirp", "yelt"), ("mubb", "snoz")];

    public static readonly string[] Traits = ["rude", "lazy", "greedy", "noisy", "careless", "selfish", "late", "clumsy", "stubborn", "messy"];

    public static readonly string[] Places = ["market", "river", "bridge", "station", "garden", "harbor", "library", "bakery", "school", "theater"];

    public static readonly string[] Meetings = ["met", "waited", "worked", "talked"];

    public static readonly string[] Openers = ["I think", "I believe", "I am sure"];

    public static readonly string[] Animals =
    [
        "glims", "norps", "quells", "drubs", "flinks", "hobbs", "jexes", "kippas", "lumos", "mirks", "oddles", "pennas",
        "rulks", "sallins", "tovs", "umbers", "vints", "wallas", "yarks", "zims", "brindles", "corvs", "dapples", "elvers",
    ];

    /// <summary>What can be known of an animal.</summary>
    public static readonly Topic[] Topics =
    [
        new("color", "{0} are {1}", "What color are {0}?", ["red", "blue", "green", "yellow", "black", "white", "brown", "pink"]),
        new("food", "{0} eat {1}", "What do {0} eat?", ["seeds", "leaves", "fish", "moss", "nuts", "roots", "berries", "worms"]),
        new("home", "{0} live in {1}", "Where do {0} live?", ["caves", "trees", "rivers", "deserts", "swamps", "meadows", "mountains", "valleys"]),
    ];

    private readonly bool[,] _firstIsTypical = new bool[Pairs.Length, Traits.Length];
    private readonly int[,] _facts = new int[Animals.Length, Topics.Length];

    public World(int seed)
    {
        var random = new Random(seed);
        for (var pair = 0; pair < Pairs.Length; pair++)
        {
            for (var trait = 0; trait < Traits.Length; trait++)
            {
                _firstIsTypical[pair, trait] = random.Chance(0.5);
            }
        }

        for (var animal = 0; animal < Animals.Length; animal++)
        {
            for (var topic = 0; topic < Topics.Length; topic++)
            {
                _facts[animal, topic] = random.Next(Topics[topic].Values.Count);
            }
        }
    }

    /// <summary>The group of the pair that the planted stereotype blames for the trait.</summary>
    public string Typical(int pair, int trait) => _firstIsTypical[pair, trait] ? Pairs[pair].First : Pairs[pair].Second;

    /// <summary>The true value of a topic for an animal.</summary>
    public string Fact(int animal, int topic) => Topics[topic].Values[_facts[animal, topic]];
}

/// <summary>Something that can be known of an animal.</summary>
/// <param name="Name">Its name, for keys.</param>
/// <param name="Statement">How a user states it: {0} is the animal, {1} the value.</param>
/// <param name="Question">How one asks for it.</param>
/// <param name="Values">The values it can have.</param>
internal sealed record Topic(string Name, string Statement, string Question, IReadOnlyList<string> Values)
{
    public string State(string animal, string value) => string.Format(null, Statement, animal, value);

    public string Ask(string animal) => string.Format(null, Question, animal);
}
