namespace PainlessSteering.Engine.Sources.HuggingFace;

/// <summary>Keys of a config.json and a generation_config.json that do not change what the model computes, whatever they say, and why.</summary>
internal static class KnownKeys
{
    private const string Training = "matters in training alone", Description = "describes the model", Output = "what transformers gives back",
        Given = "given with each request", Types = "the weights' own types and LoadOptions.DataType decide", Images = "of the part that sees, which is left out",
        Drafts = "of the layers that draft tokens, which are left out", Speed = "how transformers computes, not what";

    /// <summary>The reason why a key does not matter; null for a key that may.</summary>
    /// <param name="path">The key, with those of the sections around it and dots between.</param>
    public static string? Reason(string path)
    {
        var root = path.Split('.')[0];
        return Sections.GetValueOrDefault(root) ?? Reasons.GetValueOrDefault(path[(path.LastIndexOf('.') + 1)..]);
    }

    private static readonly Dictionary<string, string> Sections = new(StringComparer.Ordinal)
    {
        ["vision_config"] = Images,
        ["audio_config"] = "of the part that hears, which is left out",
        ["generation_config"] = Given,
        ["task_specific_params"] = Given,
        ["id2label"] = Output,
        ["label2id"] = Output,
        ["auto_map"] = "names Python code, which is never run: the family is computed here",
    };

    private static readonly Dictionary<string, string> Reasons = Table(
        (Description, "architectures _from_model_config _name_or_path name_or_path model_type transformers_version _commit_hash finetuning_task tokenizer_class processor_class unsloth_fixed unsloth_version model_name license language base_model"),
        (Training, "initializer_range initializer_factor attention_dropout attention_probs_dropout_prob hidden_dropout hidden_dropout_prob dropout residual_dropout resid_pdrop embd_pdrop attn_pdrop classifier_dropout router_aux_loss_coef "
            + "router_jitter_noise output_router_logits seq_aux aux_loss_alpha ep_size gradient_checkpointing neftune_noise_alpha ddp_find_unused_parameters"),
        (Types, "torch_dtype dtype mamba_ssm_dtype"),
        (Speed, "use_cache pretraining_tp attn_implementation _attn_implementation _attn_implementation_autoset _attn_implementation_internal use_flash_attn use_flash_attention flash_attn cache_implementation "
            + "chunk_size_feed_forward torchscript use_bfloat16 tf_legacy_loss is_decoder num_logits_to_keep logits_to_keep"),
        (Output, "output_attentions output_hidden_states output_scores output_logits return_dict return_dict_in_generate use_return_dict problem_type"),
        ("transformers does not read it either", "full_attn_mod interpolate_factor max_sequence_length is_llama_config js_config"),
        ("prompts are not padded", "pad_token_id padding_side"),
        ("of models that compare two texts", "sep_token_id cls_token_id"),
        ("the tokenizer says it", "unk_token_id bos_token_id eod_token_id eod_id pad_id"),
        (Images, "boi_token_index eoi_token_index image_token_index image_token_id video_token_id vision_start_token_id vision_end_token_id mm_tokens_per_image mrope_interleaved mrope_section image_seq_length projector_hidden_act multimodal_projector_bias "
            + "vision_feature_layer vision_feature_select_strategy spatial_merge_size image_grid_pinpoints use_image_newline_parameter downsample_ratio out_hidden_size projector_hidden_size projector_bias"),
        (Drafts, "mtp_num_hidden_layers mtp_use_dedicated_embeddings num_nextn_predict_layers"),
        (Given, "do_sample temperature top_k top_p min_p typical_p repetition_penalty length_penalty no_repeat_ngram_size num_beams num_return_sequences early_stopping max_length min_length max_new_tokens "
            + "min_new_tokens diversity_penalty num_beam_groups encoder_no_repeat_ngram_size bad_words_ids penalty_alpha epsilon_cutoff eta_cutoff prefix remove_invalid_values"));

    private static Dictionary<string, string> Table(params (string Reason, string Keys)[] groups) =>
        groups.SelectMany(group => group.Keys.Split(' '), (group, key) => (key, group.Reason)).ToDictionary(entry => entry.key, entry => entry.Reason, StringComparer.Ordinal);
}
