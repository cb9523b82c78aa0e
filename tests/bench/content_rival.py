#!/usr/bin/python3
"""The rivals of bench_content on the same files, one JSON object:
pandas reads them, SciPy solves d = s (v + C d) to 1e-12.

    content_rival.py DIRECTORY [REPEATS]

Jacobi is the plain iteration on a CSR matrix; GMRES the settings of
Brightway's JacobiGMRESLCA (restart 50, preconditioned by the diagonal).
Seconds are those of the processor, as in bench_content.
"""

import json
import os
import resource
import statistics
import sys
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import scipy.sparse as sparse  # noqa: E402
import scipy.sparse.linalg as linalg  # noqa: E402

TOLERANCE = 1e-12


def load(directory):
    count = len(pd.read_csv(os.path.join(directory, "items.csv"),
                            usecols=["item_id"]))
    supply = pd.read_csv(os.path.join(directory, "supply.csv"),
                         usecols=["item_id", "origin_country", "quantity"])
    total = np.bincount(supply.item_id, supply.quantity, count)
    home = np.bincount(supply.item_id,
                       supply.quantity * (supply.origin_country == "CHN"),
                       count)
    share = np.divide(home, total, out=np.zeros(count), where=total > 0)
    del supply
    inputs = pd.read_csv(os.path.join(directory, "inputs.csv"),
                         usecols=["item_id", "input_item_id", "cost_share"])
    costs = sparse.csr_matrix(
        (inputs.cost_share.values,
         (inputs.item_id.values, inputs.input_item_id.values)),
        shape=(count, count))
    return share, costs


def jacobi(matrix, b):
    x = np.zeros(len(b))
    sweeps = 0
    while True:
        y = b + matrix @ x
        sweeps += 1
        change = np.abs(y - x).max()
        x = y
        if change <= TOLERANCE:
            return x, sweeps


def gmres(matrix, b):
    system = (sparse.identity(len(b), format="csr") - matrix).tocsr()
    diagonal = 1 / system.diagonal()
    steps = [0]

    def count(_):
        steps[0] += 1

    x, failed = linalg.gmres(
        system, b, tol=TOLERANCE, atol=0, restart=50,
        M=linalg.LinearOperator(system.shape, lambda z: diagonal * z),
        callback=count, callback_type="pr_norm")
    if failed:
        sys.exit("GMRES did not converge")
    return x, steps[0]


def timed(repeats, work):
    seconds = []
    for _ in range(repeats):
        start = time.process_time()
        result = work()
        seconds.append(time.process_time() - start)
    return statistics.median(seconds), result


def main():
    directory = sys.argv[1]
    repeats = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    load_s, (share, costs) = timed(1, lambda: load(directory))
    own = 1 - np.asarray(costs.sum(axis=1)).ravel()
    matrix = (sparse.diags(share) @ costs).tocsr()
    b = share * own
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    jacobi_s, (x, sweeps) = timed(repeats, lambda: jacobi(matrix, b))
    gmres_s, (y, steps) = timed(repeats, lambda: gmres(matrix, b))
    print(json.dumps({
        "load_s": load_s, "peak_mib": resident, "jacobi_s": jacobi_s,
        "sweeps": sweeps, "gmres_s": gmres_s, "steps": steps,
        "mean": float(x.mean()), "apart": float(np.abs(x - y).max())}))


if __name__ == "__main__":
    main()
