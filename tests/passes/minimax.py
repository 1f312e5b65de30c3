"""Repeats the polynomials of passes/StraightLineMath.cpp by Remez' exchange and compares them with the source.

Fails where a coefficient differs in more than its last bits or a stated error bound does not hold; skips without mpmath.
Each polynomial minimizes the largest |weight(t) (rest(t) - p(t))|, which is the relative error of the function.
"""
import pathlib, re, sys
try:
    from mpmath import mp, mpf, cos, exp, log, lu_solve, matrix, nstr, pi, polyval, sign, sin, sqrt
except ImportError:
    print("skipped: no mpmath")
    sys.exit(77)
mp.prec = 300
SLACK = 1 + mpf(2) ** -20  # quadrants and exponents are rounded with an error
quarter, half_log = pi / 4 * SLACK, log(mpf(2)) / 2 * SLACK
s_max = (sqrt(mpf(2)) - 1) / (sqrt(mpf(2)) + 1)
# name: rest, weight, interval, number of coefficients, bound on the relative error
POLYNOMIALS = {
    "sineTail": (lambda z: (sin(sqrt(z)) / sqrt(z) - 1) / z, lambda z: z * sqrt(z) / sin(sqrt(z)), (mpf(10) ** -4, quarter**2), 6, -57.9),
    "wideSineTail": (lambda z: (sin(sqrt(z)) / sqrt(z) - 1) / z, lambda z: z * sqrt(z) / sin(sqrt(z)), (mpf(10) ** -4, 4 * quarter**2), 8, -61.6),
    "cosineTail": (lambda z: (cos(sqrt(z)) - 1 + z / 2) / z**2, lambda z: z**2 / cos(sqrt(z)), (mpf(10) ** -4, quarter**2), 6, -63.9),
    "exponentialTail": (lambda r: (exp(r) - 1 - r) / r**2 if abs(r) > mpf(10) ** -20 else mpf(1) / 2 + r / 6,
                        lambda r: max(r**2 / exp(r), mpf(10) ** -8), (-half_log, half_log), 10, -57.9),
    "logarithmTail": (lambda w: (log((1 + sqrt(w)) / (1 - sqrt(w))) / sqrt(w) - 2) / w,
                      lambda w: w * sqrt(w) / log((1 + sqrt(w)) / (1 - sqrt(w))), (mpf(10) ** -5, s_max**2 * SLACK), 7, -59.5),
}


def extrema(error, low, high, count):
    """The places of `count` extrema of alternating sign, and the largest of all."""
    places = [(low + high) / 2 - (high - low) / 2 * cos(pi * k / (60 * count)) for k in range(60 * count + 1)]
    found = []
    for value, place in ((error(t), t) for t in places):
        if found and sign(found[-1][0]) == sign(value):
            found[-1] = max(found[-1], (value, place), key=lambda pair: abs(pair[0]))
        else:
            found.append((value, place))
    while len(found) > count:
        found.pop(0 if abs(found[0][0]) < abs(found[-1][0]) else -1)
    return [place for _, place in found], max(abs(value) for value, _ in found)


def minimax(rest, weight, interval, terms):
    low, high = interval
    count = terms + 1
    places = [(low + high) / 2 - (high - low) / 2 * cos(pi * k / terms) for k in range(count)]
    for _ in range(20):
        system = matrix(count, count)
        for i, t in enumerate(places):
            for j in range(terms):
                system[i, j] = t**j
            system[i, terms] = (-1) ** i / weight(t)
        solution = list(lu_solve(system, matrix([rest(t) for t in places])))
        coefficients, level = solution[:terms], abs(solution[terms])
        places, largest = extrema(lambda t: weight(t) * (rest(t) - polyval(coefficients[::-1], t)), low, high, count)
        if largest < level * (1 + mpf(10) ** -4):
            return coefficients, largest
    sys.exit("the exchange does not converge")


def written(name, text):
    numbers = re.search(r" " + name + r"\[\] = \{(.*?)\}", text, re.S)[1]
    return [float.fromhex(number) for number in numbers.replace("\n", " ").split(",")]


text = (pathlib.Path(sys.argv[1]) / "passes/StraightLineMath.cpp").read_text()
bad = 0
for name, (rest, weight, interval, terms, bound) in POLYNOMIALS.items():
    coefficients, largest = minimax(rest, weight, interval, terms)
    print(f"{name}: relative error 2^{nstr(log(largest, 2), 5)}")
    bad += log(largest, 2) > bound
    for given, exact in zip(written(name, text), coefficients, strict=True):
        if abs(given - exact) > abs(exact) * mpf(2) ** -52:
            print(f"  {given.hex()} is written, {float(exact).hex()} was found")
            bad += 1
for name, value in (("halfPi", pi / 2), ("log2", log(mpf(2)))):
    for part in written(name, text):
        if part != float(value):
            print(f"{name}: {part.hex()} is written, {float(value).hex()} was found")
            bad += 1
        value -= mpf(part)
sys.exit(bad > 0)
