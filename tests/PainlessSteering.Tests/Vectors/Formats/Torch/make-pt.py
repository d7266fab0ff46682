"""Makes pt.golden.json: files as torch.save writes them, by Python's own pickle module and stand-ins for torch's classes.

python3 make-pt.py > pt.golden.json. Each entry has the file in base64 and, where it is a file of vectors, what is in it.
"""
import base64
import collections
import io
import json
import pickle
import struct
import sys
import types
import zipfile

torch = types.ModuleType("torch")
utils = types.ModuleType("torch._utils")
sys.modules.update({"torch": torch, "torch._utils": utils})


def storage_class(name):
    cls = type(name, (), {"__module__": "torch"})
    setattr(torch, name, cls)
    return cls


FORMATS = {"FloatStorage": "f", "DoubleStorage": "d", "HalfStorage": "e", "BFloat16Storage": None, "LongStorage": "q"}
CLASSES = {name: storage_class(name) for name in FORMATS}


def pack(kind, values):
    if kind == "BFloat16Storage":
        return b"".join(struct.pack("<f", value)[2:] for value in values)
    return struct.pack("<%d%s" % (len(values), FORMATS[kind]), *values)


class Storage:
    def __init__(self, kind, values, key):
        self.kind, self.values, self.key = kind, values, str(key)


def _rebuild_tensor_v2(*args):
    raise RuntimeError


def _rebuild_parameter(*args):
    raise RuntimeError


for function in (_rebuild_tensor_v2, _rebuild_parameter):
    function.__module__ = "torch._utils"
    function.__qualname__ = function.__name__
    setattr(utils, function.__name__, function)


class Tensor:
    def __init__(self, storage, size, stride, offset=0, *marks):
        self.args = (storage, offset, size, stride, False, collections.OrderedDict(), *marks)

    def __reduce__(self):
        return utils._rebuild_tensor_v2, self.args


class Parameter(Tensor):
    def __reduce__(self):
        return utils._rebuild_parameter, (Tensor(self.args[0], self.args[2], self.args[3]), True, collections.OrderedDict())


def dump(value, legacy=False):
    storages = {}
    out = io.BytesIO()

    class Pickler(pickle.Pickler):
        def persistent_id(self, item):
            if isinstance(item, Storage):
                storages[item.key] = item
                identity = ("storage", CLASSES[item.kind], item.key, "cuda:0", len(item.values))
                return identity + (None,) if legacy else identity
            return None

    Pickler(out, protocol=2).dump(value)
    return out.getvalue(), storages


def save(value):
    data, storages = dump(value)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        def add(name, content):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
        add("vec/data.pkl", data)
        add("vec/byteorder", b"little")
        for key, item in storages.items():
            add("vec/data/" + key, pack(item.kind, item.values))
        add("vec/version", b"3\n")
    return out.getvalue()


def save_legacy(value, little=True):
    data, storages = dump(value, legacy=True)
    head = [pickle.dumps(part, 2) for part in (0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": little, "type_sizes": {"short": 2}})]
    tail = [pickle.dumps(sorted(storages), 2)] + [struct.pack("<q", len(item.values)) + pack(item.kind, item.values) for _, item in sorted(storages.items())]
    return b"".join(head + [data] + tail)


def vector(values, kind="FloatStorage", key=0):
    return Tensor(Storage(kind, values, key), (len(values),), (1,))


class Evil:
    def __reduce__(self):
        return print, ("executed",)


HALF = [0.5, -1.25, 3.0]
WIDE = Storage("FloatStorage", [0.0, 1.0, 2.0, 3.0, 4.0, 5.0], 0)
CASES = [
    ("tensor", save(vector(HALF)), [["tensor", None, HALF]], None, None),
    ("double", save(vector(HALF, "DoubleStorage")), [["tensor", None, HALF]], None, None),
    ("half", save(vector(HALF, "HalfStorage")), [["tensor", None, HALF]], None, None),
    ("bfloat16", save(vector(HALF, "BFloat16Storage")), [["tensor", None, HALF]], None, None),
    ("parameter", save(Parameter(Storage("FloatStorage", HALF, 0), (3,), (1,))), [["tensor", None, HALF]], None, None),
    ("row", save(Tensor(Storage("FloatStorage", HALF, 0), (1, 3), (3, 1))), [["tensor", None, HALF]], None, None),
    ("view", save(Tensor(WIDE, (3,), (2,), 1)), [["tensor", None, [1.0, 3.0, 5.0]]], None, None),
    ("layers", save({14: vector(HALF, key=0), 15: vector([1.0, 2.0, 3.0], key=1)}), [["14", 14, HALF], ["15", 15, [1.0, 2.0, 3.0]]], None, None),
    ("ordered", save(collections.OrderedDict([("layer_3", vector(HALF))])), [["layer_3", 3, HALF]], None, None),
    ("hints", save({"vector": vector(HALF), "layer": 7, "strength": 2.5, "steer_target": "mlp", "note": "é", "tags": [True, None, 2**70]}), [["vector", 7, HALF]], 2.5, "mlp"),
    ("list", save([vector(HALF, key=0), vector(HALF, key=1)]), [["0", 0, HALF], ["1", 1, HALF]], None, None),
    ("list with gaps", save([None, vector(HALF, key=0), None]), [["1", 1, HALF]], None, None),
    ("list in list", save([vector(HALF, key=0), (vector(HALF, key=1),)]), None, None, None),
    ("steering-vectors", save({"layer_activations": {2: vector(HALF, key=0), -1: vector([1.0, 2.0, 3.0], key=1)}, "layer_type": "self_attn"}), [["layer_activations.2", 2, HALF], ["layer_activations.-1", -1, [1.0, 2.0, 3.0]]], None, "self_attn"),
    ("harness", save({"layers.3": {"steering_vector": vector(HALF), "steering_coefficient": 5.0, "action": "add", "bias": None}}), [["layers.3.steering_vector", 3, HALF]], 5.0, None),
    ("harness list", save([{"hookpoint": "layers.1.mlp", "steering_vector": vector(HALF), "steering_coefficient": 5.0, "action": "add", "bias": vector([1.0, 2.0, 3.0], key=1)}]), [["0.steering_vector", 1, HALF]], 5.0, "mlp"),
    ("unknown key", save({"vector": vector(HALF), "flags": True}), None, None, None),
    ("unknown tensor", save({"vector": vector(HALF), "mean": vector(HALF, key=1)}), None, None, None),
    ("two strengths", save({"vector": vector(HALF), "strength": 2.0, "alpha": 3.0}), None, None, None),
    ("two layers", save({"layer_3": vector(HALF), "layer": 2}), None, None, None),
    ("input norm", save({"layer_activations": {2: vector(HALF)}, "layer_type": "input_layernorm"}), None, None, None),
    ("big-endian", save_legacy({"layer_2": vector(HALF, key="94001")}, little=False), None, None, None),
    ("negated", save(Tensor(WIDE, (3,), (1,), 0, {"neg": True})), None, None, None),
    ("expanded", save(Tensor(WIDE, (4, 3), (0, 1))), None, None, None),
    ("shared", save([Tensor(WIDE, (2,), (1,)), Tensor(WIDE, (2,), (1,), 4)]), [["0", 0, [0.0, 1.0]], ["1", 1, [4.0, 5.0]]], None, None),
    ("legacy", save_legacy({"layer_2": vector(HALF, key="94001"), "layer_3": vector([9.0], "DoubleStorage", "94002")}), [["layer_2", 2, HALF], ["layer_3", 3, [9.0]]], None, None),
    ("evil", save(Evil()), None, None, None),
    ("evil inside", save({"v": vector(HALF), "x": Evil()}), None, None, None),
    ("long", save(vector([1, 2, 3], "LongStorage")), None, None, None),
    ("reaches out", save(Tensor(Storage("FloatStorage", HALF, 0), (4,), (1,))), None, None, None),
    ("not torch", pickle.dumps({"a": 1}, 2), None, None, None),
    ("evil legacy", pickle.dumps(0x1950A86A20F9469CFC6C, 2) + pickle.dumps(1001, 2) + pickle.dumps(Evil(), 2), None, None, None),
]
print(json.dumps([{"name": name, "file": base64.b64encode(content).decode(), "directions": directions, "strength": strength, "site": site}
                  for name, content, directions, strength, site in CASES], indent=1))
