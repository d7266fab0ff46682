using PainlessSteering.Data;

namespace PainlessSteering.Tests.Data;

/// <summary>One item, "Which is warm?" with ice, fire (right) and snow, in every form that data sets come in.</summary>
public sealed class DatasetFormsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string, string> Files => new()
    {
        { "list_index.jsonl", """{"question":"Which is warm?","choices":["ice","fire","snow"],"answer":1}""" },
        { "list_letter.jsonl", """{"query":"Which is warm?","options":["ice","fire","snow"],"gold":" (B)"}""" },
        { "list_text.jsonl", """{"Prompt":"Which is warm?","Choices":["ice","fire","snow"],"Correct_Answer":"fire"}""" },
        { "list_gold_list.jsonl", """{"query":"Which is warm?","choices":["ice","fire","snow"],"gold":[1]}""" },
        { "array.json", """[{"input":"Which is warm?","choices":["ice","fire","snow"],"target":"b"}]""" },
        { "struct_of_lists.jsonl", """{"question":"Which is warm?","choices":{"text":["ice","fire","snow"],"label":["1","2","3"]},"answerKey":"2"}""" },
        { "list_of_structs.jsonl", """{"question":{"stem":"Which is warm?","choices":[{"text":"ice","label":"A"},{"text":"fire","label":"B"},{"text":"snow","label":"C"}]},"answerKey":"B"}""" },
        { "marked.json", """[{"question":"Which is warm?","options":{"ice":0,"fire":1,"snow":0}}]""" },
        { "marked_lists.jsonl", """{"question":"Which is warm?","mc1_targets":{"choices":["ice","fire","snow"],"labels":[0,1,0]}}""" },
        { "letter_keys.jsonl", """{"question":"Which is warm?","options":{"A":"ice","B":"fire","C":"snow"},"answer_idx":"B"}""" },
        { "empty_answer_column.jsonl", """{"source":"p","question":"Which is warm?","options":["ice","fire","snow"],"label":"B","answer":null}""" },
        { "columns_from_0.csv", "question,choice0,choice1,choice2,answer\nWhich is warm?,ice,fire,snow,1\n" },
        { "columns_from_1.csv", "question,option_1,option_2,option_3,answer\nWhich is warm?,ice,fire,snow,2\n" },
        { "columns_by_letter.csv", "Question,A,B,C,Answer\nWhich is warm?,ice,fire,snow,B\n" },
        { "columns_named.csv", "ID,Question,answerA,answerB,answerC,Correct\n7,Which is warm?,ice,fire,snow,fire\n" },
        { "ans.tsv", "question\tans0\tans1\tans2\tlabel\nWhich is warm?\tice\tfire\tsnow\t1.0\n" },
        { "semicolons.csv", "question;option_a;option_b;option_c;answer\nWhich is warm?;ice;fire;snow;B\n" },
        { "json_in_csv.csv", "question,choices,answer\nWhich is warm?,\"[\"\"ice\"\", \"\"fire\"\", \"\"snow\"\"]\",1\n" },
        { "named_number.jsonl", """{"question":"Which is warm?","choices":["ice","fire","snow"],"answer_number":2}""" },
        { "unused_letter.csv", "question,A,B,C,D,answer\nWhich is warm?,ice,fire,snow,,B\n" },
        { "bom_crlf.csv", "\uFEFFquestion,A,B,C,answer\r\nWhich is warm?,ice,fire,snow,B\r\n\r\n" },
        { "quoted.csv", "\"question\",\"A\",\"B\",\"C\",\"answer\"\n\"Which is warm?\",\"ice\",\"fire\",\"snow\",\"B\"\n" },
        { "bom.jsonl", "\uFEFF{\"question\":\"Which is warm?\",\"choices\":[\"ice\",\"fire\",\"snow\"],\"answer\":1}\r\n\r\n" },
        { "python_list.csv", "question,choices,answer\nWhich is warm?,\"['ice', u'fire', \"\"snow\"\"]\",fire\n" },
        { "numpy_array.csv", "question,choices,answer\nWhich is warm?,\"['ice' 'fire'\n 'snow']\",b)\n" },
        { "python_dictionary.csv", "question,options,answer\nWhich is warm?,\"{'A': 'ice', 'B': 'fire', 'C': 'snow', 'D': None}\",B\n" },
        { "python_arrays.csv", "question,choices,answerKey\nWhich is warm?,\"{'text': array(['ice', 'fire', 'snow'], dtype=object), 'label': array(['A', 'B', 'C'], dtype=object)}\",B\n" },
        { "python_marks.csv", "question,mc1_targets\nWhich is warm?,\"{'ice': False, 'fire': True, 'snow': 0}\"\n" },
        { "tuple.tsv", "question\tchoices\tanswer\nWhich is warm?\t('ice', 'fire', 'snow')\tThe answer is (B)\n" },
        { "named_options.jsonl", """{"question":"Which is warm?","options":{"option_a":"ice","option_b":"fire","option_c":"snow","option_d":null},"answer":"option_b"}""" },
        { "list_in_text.jsonl", """{"question":"Which is warm?","choices":"['ice', 'fire', 'snow']","answer":1}""" },
        { "null_marks.jsonl", """{"question":"Which is warm?","options":{"ice":0,"fire":1,"snow":0,"mud":null}}""" },
        { "letter_and_text.jsonl", """{"question":"Which is warm?","choices":["ice","fire","snow"],"answer":"**B** - Fire."}""" },
        { "number_and_text.jsonl", """{"question":"Which is warm?","choices":["ice","fire","snow"],"answer":"2) fire"}""" },
        { "marks_on_both.jsonl", """{"question":"Which is warm?","options":{"A":"ice","B":"fire","C":"snow"},"answer":"[b] fire"}""" },
        { "key_and_value.jsonl", """{"question":"Which is warm?","options":[{"key":"A","value":"ice"},{"key":"B","value":"fire"},{"key":"C","value":"snow"}],"answer":"B"}""" },
        { "one_key_each.jsonl", """{"question":"Which is warm?","options":[{"A":"ice"},{"B":"fire"},{"C":"snow"}],"answer":"B"}""" },
        { "marked_entries.jsonl", """{"question":"Which is warm?","answers":[{"text":"ice","correct":false},{"text":"fire","correct":true},{"text":"snow","correct":false}]}""" },
        { "scores.json", """{"name":"t","examples":[{"input":"Which is warm?","target_scores":{"ice":0,"fire":1,"snow":0}}]}""" },
        { "op_columns.csv", "question,opa,opb,opc,cop\nWhich is warm?,ice,fire,snow,1\n" },
        { "missing_in_list.jsonl", """{"question":"Which is warm?","choices":["ice","fire","snow",null,""],"answer":"B"}""" },
        { "separator_line.csv", "SEP=|\r\nquestion|A|B|C|answer\r\nWhich is warm?|ice|fire|snow|B\r\n" },
        { "separator_in_quotes.tsv", "\"sep=,\"\nquestion,A,B,C,answer\nWhich is warm?,ice,fire,snow,B\n" },
        { "under_a_key.json", """{"about":{"by":"us"},"items":[{"question":"Which is warm?","choices":["ice","fire","snow"],"answer":1}]}""" },
        { "under_two_keys.json", """{"data":{"rows":[{"row_idx":0,"row":{"question":"Which is warm?","choices":["ice","fire","snow"],"answer":1}}]}}""" },
        { "columns.json", """{"question":["Which is warm?"],"choices":[["ice","fire","snow"]],"answer":[1]}""" },
        { "pandas.json", """{"question":{"7":"Which is warm?"},"choices":{"7":["ice","fire","snow"]},"answer":{"7":1}}""" },
        { "pandas_split.json", """{"columns":["question","choices","answer"],"index":[0],"data":[["Which is warm?",["ice","fire","snow"],1]]}""" },
        { "nan.jsonl", """{"question":"Which is warm?","choices":["ice","fire","snow",NaN],"answer":"B","context":NaN,"group":-Infinity}""" },
        { "marks_between.jsonl", "\uFEFF\n\uFEFF{\"question\":\"Which is warm?\",\"choices\":[\"ice\",\"fire\",\"snow\"],\"answer\":1}" },
        { "last_commas.json", """[{"question":"Which is warm?","choices":["ice","fire","snow",],"answer":1,},]""" },
        { "pretty.json", "[\n  {\n    \"question\": \"Which is warm?\",\n    \"choices\": [\"ice\", \"fire\", \"snow\"],\n    \"answer\": \"B\"\n  }\n]\n" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void EveryFormIsUnderstood(string name, string text) => AssertIsTheItem(_folder.Load(name, text));

    [Theory]
    [InlineData("item.csv.gz", "question,A,B,C,answer\nWhich is warm?,ice,fire,snow,B\n")]
    [InlineData("item.jsonl.gz", """{"question":"Which is warm?","choices":["ice","fire","snow"],"answer":1}""")]
    [InlineData("item.JSON.GZ", """[{"question":"Which is warm?","choices":["ice","fire","snow"],"answer":1}]""")]
    public void GzippedFilesAreUnderstood(string name, string text) => AssertIsTheItem(Dataset.Load(_folder.WriteGzip(name, text)));

    [Fact]
    public void Utf16JsonIsUnderstood() =>
        AssertIsTheItem(Dataset.Load(_folder.Write("utf16.json", [.. System.Text.Encoding.BigEndianUnicode.GetPreamble(), .. System.Text.Encoding.BigEndianUnicode.GetBytes("""{"question":"Which is warm?","choices":["ice","fire","snow"],"answer":1}""")])));

    [Fact]
    public void TheFingerprintIsOfTheItemsNotOfTheFile()
    {
        const string Rows = """{"question":"Which is warm?","choices":["ice","fire"],"answer":1}""";
        var fingerprint = _folder.Load("a.jsonl", Rows).Fingerprint;
        Assert.Equal(fingerprint, _folder.Load("b.csv", "answer,B,A,query\nB,fire,ice,Which is warm?\n").Fingerprint);
        Assert.NotEqual(fingerprint, _folder.Load("c.jsonl", Rows.Replace("1}", "0}", StringComparison.Ordinal)).Fingerprint);
        Assert.Matches("^[0-9a-f]{64}$", fingerprint);
    }

    [Fact]
    public void GzipIsToldByTheContentNotTheName()
    {
        var (name, text) = ("list_index.jsonl", """{"question":"Which is warm?","choices":["ice","fire","snow"],"answer":1}""");
        AssertIsTheItem(Dataset.Load(_folder.WriteGzip(name, text)));
        AssertIsTheItem(_folder.Load(name + ".gz", text));
    }

    [Theory]
    [InlineData("SELECT 'Which is warm?' AS question, ['ice', 'fire', 'snow'] AS choices, 1::UTINYINT AS answer")]
    [InlineData("SELECT 'Which is warm?' AS question, {'text': ['ice', 'fire', 'snow'], 'label': ['A', 'B', 'C']} AS choices, 'B' AS answerKey")]
    [InlineData("SELECT 'Which is warm?' AS question, MAP {'ice': 0, 'fire': 1, 'snow': 0} AS choices")]
    [InlineData("SELECT 'Which is warm?' AS question, {'choices': ['ice', 'fire', 'snow'], 'labels': [0, 1, 0]} AS mc1_targets, 9 AS label")]
    [InlineData("SELECT 'Which is warm?'::BLOB AS question, ['ice', 'fire', 'snow'] AS choices, 1.0::DOUBLE AS answer")]
    public void ParquetIsUnderstood(string select) => AssertIsTheItem(Dataset.Load(_folder.WriteParquet("item.parquet", select)));

    public void Dispose() => _folder.Dispose();

    private static void AssertIsTheItem(Dataset dataset)
    {
        var item = Assert.Single(dataset.Items);
        Assert.Empty(dataset.BadRows);
        Assert.Equal("Which is warm?", item.Question);
        Assert.Equal(["ice", "fire", "snow"], item.Choices);
        Assert.Equal(1, item.Answer);
        Assert.Null(item.Context);
        Assert.Null(item.Group);
    }
}
