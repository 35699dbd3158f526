"""Writes statistics-cases.json: what scipy and gbstats answer to generated questions.

    python3 generate.py statistics-cases.json            write the cases
    python3 generate.py --seed N OUT                     other cases, for a look beyond those that are kept

`make vectors` runs it in an environment of its own. The numbers of the product are never asked here.
"""
import argparse
import json
import math
import random
import warnings

import numpy as np
from scipy import integrate, special, stats
from scipy.stats import contingency
from gbstats.frequentist.tests import (FrequentistConfig, SequentialConfig, SequentialTwoSidedTTest, TwoSidedTTest)
from gbstats.models.statistics import ProportionStatistic
from gbstats.utils import check_srm

warnings.filterwarnings("ignore")


def functions(rng):
    cases = []
    for _ in range(60):
        x = rng.uniform(-8, 8)
        cases.append({"f": "normalCDF", "x": [x], "is": float(stats.norm.cdf(x))})
        p = 10 ** rng.uniform(-12, -0.01)
        cases.append({"f": "normalQuantile", "x": [p], "is": float(stats.norm.ppf(p))})
        a, b = 10 ** rng.uniform(-0.5, 6), 10 ** rng.uniform(-0.5, 6)
        x = float(np.clip(stats.beta.ppf(rng.uniform(0.0001, 0.9999), a, b), 1e-12, 1 - 1e-12))
        cases.append({"f": "betaCDF", "x": [x, a, b], "is": float(special.betainc(a, b, x))})
        degrees = rng.randint(1, 40)
        x = float(stats.chi2.isf(10 ** rng.uniform(-8, -0.001), degrees))
        cases.append({"f": "chiSquareUpperTail", "x": [x, degrees], "is": float(stats.chi2.sf(x, degrees))})
        degrees = 10 ** rng.uniform(0, 5)
        t = rng.uniform(-6, 6)
        cases.append({"f": "studentTwoSidedTail", "x": [t, degrees], "is": float(2 * stats.t.sf(abs(t), degrees))})
    return cases


def arm(rng, low=30):
    people = int(10 ** rng.uniform(math.log10(low), 5.5))
    rate = 10 ** rng.uniform(-2.3, -0.15)
    converted = sum(rng.random() < rate for _ in range(people)) if people < 3000 else int(
        round(people * rate + rng.gauss(0, 1) * math.sqrt(people * rate * (1 - rate))))
    return people, min(max(converted, 1), people - 1)


def near(rng, first):
    people = max(30, int(first[0] * rng.uniform(0.7, 1.4)))
    rate = min(max(first[1] / first[0] * rng.uniform(0.7, 1.4), 1 / people), 1 - 1 / people)
    converted = int(round(people * rate + rng.gauss(0, 1) * math.sqrt(people * rate * (1 - rate))))
    return people, min(max(converted, 1), people - 1)


def posterior(arms):
    """P(best) and expected loss, piece by piece, by a Gauss rule of sixty points."""
    betas = [(1 + x, 1 + n - x) for n, x in arms]
    spread = [(a / (a + b), math.sqrt(a * b / ((a + b) ** 2 * (a + b + 1)))) for a, b in betas]
    marks = sorted({0.0, 1.0, *(min(max(mean + k * sd, 0.0), 1.0) for mean, sd in spread
                               for k in (-40, -20, -10, -6, -3, -1, 0, 1, 3, 6, 10, 20, 40))})

    def over(f):
        return float(sum(integrate.fixed_quad(f, lo, hi, n=60)[0] for lo, hi in zip(marks, marks[1:])))

    def cdf(x, which):
        return math.prod(special.betainc(*betas[j], x) for j in which)

    def pdf(x, i):
        return stats.beta.pdf(x, *betas[i])

    every = range(len(betas))
    best = [over(lambda x: pdf(x, i) * cdf(x, [j for j in every if j != i])) for i in every]
    loss = [over(lambda x: cdf(x, [i]) - cdf(x, every)) for i in every]
    return best, loss


def newcombe(control, treated):
    (n1, x1), (n2, x2) = treated, control
    w1 = stats.binomtest(x1, n1).proportion_ci(method="wilson")
    w2 = stats.binomtest(x2, n2).proportion_ci(method="wilson")
    p1, p2 = x1 / n1, x2 / n2
    d = p1 - p2
    return [d - math.hypot(p1 - w1.low, w2.high - p2), d + math.hypot(w1.high - p1, p2 - w2.low)]


def pair(rng):
    control = arm(rng)
    treated = near(rng, control)
    (n2, x2), (n1, x1) = control, treated
    chi = stats.chi2_contingency([[x1, n1 - x1], [x2, n2 - x2]], correction=False)
    katz = contingency.relative_risk(x1, n1, x2, n2).confidence_interval(0.95)
    best, loss = posterior([control, treated])
    a, b = ProportionStatistic(n=n2, sum=x2), ProportionStatistic(n=n1, sum=x1)
    relative = dict(difference_type="relative", traffic_proportion_b=1, phase_length_days=1)
    welch = TwoSidedTTest(a, b, FrequentistConfig(**relative)).compute_result()
    tuning = rng.choice([1000, 5000, 20000])
    sequence = SequentialTwoSidedTTest(
        a, b, SequentialConfig(sequential_tuning_parameter=tuning, **relative)).compute_result()
    return {
        "control": control, "arm": treated, "z_p": float(chi[1]), "newcombe": newcombe(control, treated),
        "katz": [float(katz.low), float(katz.high)], "best": best, "loss": loss, "welch_p": float(welch.p_value),
        "tuning": tuning, "sequence": [float(v) for v in sequence.ci], "sequence_p": float(sequence.p_value),
    }


def several(rng):
    first = arm(rng)
    arms = [first] + [near(rng, first) for _ in range(rng.randint(2, 5))]
    best, loss = posterior(arms)
    return {"arms": arms, "best": best, "loss": loss}


def split(rng):
    weights = [rng.randint(1, 9) for _ in range(rng.randint(2, 6))]
    people = rng.randint(2000, 60000)
    skew = [w * rng.uniform(0.96, 1.04) for w in weights]
    counted = [int(people * s / sum(skew)) for s in skew]
    expected = np.array(weights) / sum(weights) * sum(counted)
    ours = float(stats.chisquare(counted, expected).pvalue)
    theirs = float(check_srm(counted, weights))
    assert abs(ours - theirs) < 1e-9, (ours, theirs)
    return {"counted": counted, "weights": weights, "p": ours}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=20261120)
    parser.add_argument("out")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    holm = []
    for _ in range(20):
        values = [10 ** rng.uniform(-4, 0) for _ in range(rng.randint(1, 6))]
        order, high, adjusted = np.argsort(values, kind="stable"), 0.0, [0.0] * len(values)
        for rank, index in enumerate(order):
            high = max(high, min(1, values[index] * (len(values) - rank)))
            adjusted[index] = high
        holm.append({"p": values, "is": adjusted})
    cases = {
        "functions": functions(rng),
        "pairs": [pair(rng) for _ in range(400)],
        "several": [several(rng) for _ in range(40)],
        "splits": [split(rng) for _ in range(60)],
        "holm": holm,
    }
    with open(options.out, "w") as out:
        json.dump(cases, out, separators=(",", ":"))
        out.write("\n")
    print({key: len(value) for key, value in cases.items()})


if __name__ == "__main__":
    main()
