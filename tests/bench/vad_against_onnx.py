#!/usr/bin/env python3
"""One step of the voice activity detector: ours against ONNX Runtime with the original model, in turns, on one core.

Needs packages from PyPI, so nothing else depends on it:

    python3 -m venv venv && venv/bin/pip install numpy onnxruntime && venv/bin/pip install --no-deps silero-vad
    tests/bench/run --calls 1 --seconds 5        # builds build/bench/bin/bench_parts
    venv/bin/python tests/bench/vad_against_onnx.py build/bench/bin/bench_parts

Prints the median microseconds of a step of 32 ms and how many times faster ours is, and fails when the two do not hear the same.
"""
import importlib.util
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

import numpy
import onnxruntime

ROUNDS = 5
STEPS = 2000
CONTEXT = 32
STEP = 256
GOLDEN = pathlib.Path(__file__).parent.parent / "data" / "vad" / "clean"
TOLERANCE = 1e-3  # the package's model may be a newer export than the one the golden outputs are from


class OnnxDetector:
    def __init__(self):
        package = pathlib.Path(importlib.util.find_spec("silero_vad").origin).parent
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(package / "data" / "silero_vad.onnx"), options, providers=["CPUExecutionProvider"])
        self._rate = numpy.array(8000, dtype=numpy.int64)
        self._state = numpy.zeros((2, 1, 128), dtype=numpy.float32)
        self._last = numpy.zeros(CONTEXT, dtype=numpy.float32)

    def step(self, samples):
        """The probability of speech in the next 256 samples."""
        sound = numpy.concatenate([self._last, samples])[None, :]
        probability, self._state = self._session.run(
            None, {"input": sound, "state": self._state, "sr": self._rate})
        self._last = samples[-CONTEXT:]
        return float(probability[0, 0])


def golden_sound():
    pcm = numpy.frombuffer(GOLDEN.with_suffix(".wav").read_bytes()[44:], dtype="<i2")
    return pcm.astype(numpy.float32) / 32768


def check_same_model():
    expected = [float(line) for line in GOLDEN.with_suffix(".csv").read_text().split()]
    sound = golden_sound()
    detector = OnnxDetector()
    worst = max(abs(detector.step(sound[i * STEP:(i + 1) * STEP]) - value) for i, value in enumerate(expected))
    if worst > TOLERANCE:
        sys.exit(f"ONNX Runtime's model differs from the golden outputs by {worst:.4f}: these are two different models.")


def onnx_microseconds():
    detector = OnnxDetector()
    sound = numpy.random.default_rng(1).normal(0, 0.05, STEP * 64).astype(numpy.float32)
    steps = [sound[i * STEP:(i + 1) * STEP] for i in range(64)]
    started = time.process_time()
    for i in range(STEPS):
        detector.step(steps[i % 64])
    return (time.process_time() - started) / STEPS * 1e6


def our_microseconds(program):
    out = subprocess.run([program, "--benchmark_filter=vadStep.*/1$", "--benchmark_format=json"], check=True,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    times = [entry["cpu_time"] / {"ns": 1000, "us": 1}[entry["time_unit"]] for entry in json.loads(out)["benchmarks"]]
    if not times:
        sys.exit(f"{program} has no benchmark named vadStep.")
    return min(times)  # of the instruction sets this processor has


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    os.sched_setaffinity(0, {0})
    check_same_model()
    rounds = [(our_microseconds(sys.argv[1]), onnx_microseconds()) for _ in range(ROUNDS)]
    ours, onnx = (statistics.median(column) for column in zip(*rounds))
    print(f"one step, median of {ROUNDS} rounds in turns: ours {ours:.1f} us, ONNX Runtime {onnxruntime.__version__} "
          f"{onnx:.1f} us: {onnx / ours:.1f} times faster")


if __name__ == "__main__":
    main()
