#!/usr/bin/env python3
"""Writes what transformers computes from a model, for 'pas model verify' to compare with.

    pip install torch transformers safetensors
    python3 samples/golden.py --model Qwen/Qwen3-0.6B --out golden-qwen3
    pas model verify --model Qwen/Qwen3-0.6B --golden golden-qwen3

Everything is computed in float32 on the CPU with eager attention, which is the plainest path of transformers: a model of
8 billion weights needs 32 GB of memory and some minutes. With --adapter the numbers are those of a PEFT adapter on the model
(pip install peft). The folder gets golden.json (prompts, continuations, places) and golden.safetensors (numbers):

    logits.<i>            [tokens, vocabulary]  logits of every position of prompt i
    <site>.<i>            [layers, width]       activation at the site at the last token, for every layer
    vector.<site>.<i>     [width]               a vector to add
    steered.<site>.<i>    [vocabulary]          last logits when it is added at the last token of one layer
"""

import argparse
import json
import pathlib

import torch
import transformers
from safetensors.torch import save_file

PROMPTS = [
    "Hello",
    "The capital of France is",
    "Q: Maria met Paul at the station. She was late because her train had stopped twice on the way, and he had waited in the "
    "rain for an hour without an umbrella. Who was wet when they met, and why?\nA:",
]

# Names of the two halves of a block in the families of transformers.
MIXERS = ["self_attn", "linear_attn", "attention", "attn", "self_attention", "mamba", "mixer", "conv", "temporal_block"]
FEED_FORWARDS = ["mlp", "feed_forward", "block_sparse_moe", "ffn", "channel_mixer"]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="folder, or name on the hub")
    parser.add_argument("--out", required=True, type=pathlib.Path, help="folder of the golden; made if it does not exist")
    parser.add_argument("--adapter", help="folder of a PEFT adapter")
    parser.add_argument("--text", action="append", help="a prompt; may be given several times (default: three of the program's own)")
    parser.add_argument("--ids", action="append", help="a prompt as token ids with commas between them, for a model without a tokenizer")
    parser.add_argument("--greedy", type=int, default=24, help="tokens to continue each prompt by (default: 24)")
    parser.add_argument("--layer", type=int, help="0-based block at which vectors are added (default: the middle one)")
    parser.add_argument("--seed", type=int, default=0, help="of the vectors (default: 0)")
    return parser.parse_args()


def load(args):
    model = transformers.AutoModelForCausalLM.from_pretrained(args.model, dtype=torch.float32, attn_implementation="eager")
    if args.adapter:
        import peft

        # Merging could round; the adapter computes beside the model.
        model = peft.PeftModel.from_pretrained(model, args.adapter)
    return model.eval()


def prompts(args):
    """Each prompt as (text or None, token ids)."""
    if args.ids:
        return [(None, [int(id) for id in ids.split(",")]) for ids in args.ids]
    tokenizer = transformers.AutoTokenizer.from_pretrained(args.model)
    return [(text, tokenizer(text).input_ids) for text in args.text or PROMPTS]


def blocks_of(model):
    """The list of decoder blocks: the longest list of modules whose members have a feed-forward or a mixer."""
    lists = [
        module
        for module in model.modules()
        if isinstance(module, torch.nn.ModuleList) and len(module) and (child(module[0], MIXERS) or child(module[0], FEED_FORWARDS))
    ]
    if not lists:
        raise SystemExit("golden.py: no list of decoder blocks found; add the names of its parts to MIXERS and FEED_FORWARDS")
    return max(lists, key=len)


def child(block, names):
    return next((getattr(block, name) for name in names if isinstance(getattr(block, name, None), torch.nn.Module)), None)


def first(output):
    """The hidden states of what a module gives: some give a tuple with more behind them."""
    return output[0] if isinstance(output, tuple) else output


def rows(activations):
    """[tokens, width]: some blocks give their feed-forward a batch of one prompt, others its tokens."""
    return activations.reshape(-1, activations.shape[-1])


def with_first(output, changed):
    return (changed, *output[1:]) if isinstance(output, tuple) else changed


def hook_site(block, site, visit):
    """Calls visit with the activations [..., width] at a site; what it returns, if not None, takes their place."""

    def behind(module, inputs, output):
        changed = visit(first(output))
        return None if changed is None else with_first(output, changed)

    def before(module, args, kwargs):
        # The feed-forward's input is its first argument, by position or by name.
        if args:
            changed = visit(args[0])
            return None if changed is None else ((changed, *args[1:]), kwargs)
        name = "hidden_states" if "hidden_states" in kwargs else next(iter(kwargs))
        changed = visit(kwargs[name])
        return None if changed is None else (args, {**kwargs, name: changed})

    if site == "residual":
        module = block
    else:
        module = child(block, MIXERS if site == "self_attn" else FEED_FORWARDS)
    if module is None:
        return None
    if site == "post_attention_layernorm":
        return module.register_forward_pre_hook(before, with_kwargs=True)
    return module.register_forward_hook(behind)


def logits_of(model, ids):
    return model(input_ids=torch.tensor([ids]), use_cache=False).logits[0].float()


def record(model, blocks, ids):
    """Logits of all positions, and by site the last token's activations in every block that has the site."""
    seen = {site: {} for site in SITES}
    hooks = []
    for layer, block in enumerate(blocks):
        for site in SITES:

            def visit(activations, site=site, layer=layer):
                seen[site][layer] = rows(activations)[-1].clone()

            hooks.append(hook_site(block, site, visit))
    try:
        logits = logits_of(model, ids)
    finally:
        remove(hooks)
    return logits, seen


def steer(model, block, site, vector, ids):
    """Last logits with the vector added to the last token's activation at a site."""

    def visit(activations):
        changed = activations.clone(memory_format=torch.contiguous_format)
        rows(changed)[-1] += vector
        return changed

    hook = hook_site(block, site, visit)
    try:
        return logits_of(model, ids)[-1]
    finally:
        remove([hook])


def noise(model, ids, logits):
    """How far logits move where the embeddings move by 1e-7 of themselves: what another order of sums may do too."""
    generator = torch.Generator().manual_seed(1)

    def visit(module, inputs, output):
        return output * (1 + 1e-7 * torch.randn(output.shape, generator=generator))

    hook = model.get_input_embeddings().register_forward_hook(visit)
    try:
        return (logits_of(model, ids) - logits).abs().max().item()
    finally:
        hook.remove()


def greedy(model, ids, count):
    """The best next tokens, each computed afresh without a cache, and the smallest gap between best and second."""
    best, smallest = [], float("inf")
    for _ in range(count):
        top = logits_of(model, ids + best)[-1].topk(2)
        smallest = min(smallest, (top.values[0] - top.values[1]).item())
        best.append(top.indices[0].item())
    return best, smallest


def remove(hooks):
    for hook in hooks:
        if hook is not None:
            hook.remove()


SITES = ["residual", "self_attn", "post_attention_layernorm", "mlp"]


@torch.inference_mode()
def main():
    args = arguments()
    model = load(args)
    blocks = blocks_of(model)
    layer = len(blocks) // 2 if args.layer is None else args.layer
    if not 0 <= layer < len(blocks):
        raise SystemExit(f"golden.py: --layer: expected 0 to {len(blocks) - 1}; found {layer}")
    generator = torch.Generator().manual_seed(args.seed)
    tensors, told, spreads = {}, [], []
    for i, (text, ids) in enumerate(prompts(args)):
        logits, seen = record(model, blocks, ids)
        spreads.append(logits.std().item())
        tensors[f"logits.{i}"] = logits
        best, gap = greedy(model, ids, args.greedy)
        steered = {}
        for site in SITES:
            if not seen[site]:
                continue
            width = next(iter(seen[site].values())).shape
            # A block without the site has a row of zeros.
            tensors[f"{site}.{i}"] = torch.stack([seen[site].get(number, torch.zeros(width)).float() for number in range(len(blocks))])
            if layer not in seen[site]:
                continue
            # As long as the activation that it is added to, in a random direction.
            direction = torch.randn(width, generator=generator)
            vector = direction / direction.norm() * seen[site][layer].float().norm()
            tensors[f"vector.{site}.{i}"] = vector
            tensors[f"steered.{site}.{i}"] = steer(model, blocks[layer], site, vector, ids)
            steered[site] = {"layer": layer, "strength": 1.0}
        prompt = {
            "ids": ids,
            "greedy": best,
            "moved_by_1e-7_noise_in_embeddings": noise(model, ids, logits),
            "steered": steered,
        }
        if best:
            prompt["greedy_smallest_gap"] = gap
        if text is not None:
            prompt["text"] = text
        told.append(prompt)
        print(f"prompt {i}: {len(ids)} tokens")
    args.out.mkdir(parents=True, exist_ok=True)
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, args.out / "golden.safetensors")
    document = {
        "made_with": f"transformers {transformers.__version__}, torch {torch.__version__}, float32, eager attention",
        "model": args.model,
        "adapter": args.adapter,
        "layers": len(blocks),
        "logit_std": sum(spreads) / len(spreads),
        "prompts": told,
    }
    (args.out / "golden.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
