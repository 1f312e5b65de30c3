"""Hock-Schittkowski problems in CasADi, written apart from tests/problems/*.opt with the same names and order of variables
and rows. Rows are left side minus right side, or the middle of a chain."""
import casadi as ca
from casadi_opf import Model
from math import sqrt

PROBLEMS = {}


def problem(starts, labels):
    """Registers a function of the variables that returns (objective, rows); `starts` maps names to starting values."""
    def register(function):
        def build():
            model = Model()
            model.objective, rows = function(*[model.var(name, value) for name, value in starts.items()])
            for label, expression in zip(labels.split(), rows, strict=True):
                model.row(label, expression)
            return model
        PROBLEMS[function.__name__] = build
        return function
    return register


def array(*starts):
    return {f"x[{i + 1}]": value for i, value in enumerate(starts)}


def numbered(*starts):
    return {f"x{i + 1}": value for i, value in enumerate(starts)}


@problem({"x": 0, "y": 0}, "line")
def hs9(x, y):
    return ca.sin(ca.pi*x/12)*ca.cos(ca.pi*y/16), [4*x - 3*y]


@problem({"x": 2, "y": 2}, "line ellipse")
def hs14(x, y):
    return (x - 2)**2 + (y - 1)**2, [x - 2*y + 1, x**2/4 + y**2 - 1]


@problem({"x": 20.1, "y": 5.84}, "outside inside")
def hs19(x, y):
    return (x - 10)**3 + (y - 20)**3, [(x - 5)**2 + (y - 5)**2 - 100, (x - 6)**2 + (y - 5)**2 - 82.81]


@problem(array(-2.6, 2, 2), "c")
def hs26(a, b, c):
    return (a - b)**2 + (b - c)**4, [(1 + b**2)*a + c**4 - 3]


@problem({"x": 0, "y": 1.05, "z": 2.9}, "a b")
def hs34(x, y, z):
    return -x, [y - ca.exp(x), z - ca.exp(y)]


@problem(array(0, 0, 0, 0), "a b c")
def hs43(a, b, c, d):
    return (a**2 + b**2 + 2*c**2 + d**2 - 5*a - 5*b - 21*c + 7*d,
            [8 - a**2 - b**2 - c**2 - d**2 - a + b - c + d,
             10 - a**2 - 2*b**2 - c**2 - 2*d**2 + a + d,
             5 - 2*a**2 - b**2 - c**2 - 2*a + b + d])


@problem({"x": 0.7, "y": 0.2, "z": 0.1}, "whole")
def hs62(x, y, z):
    logs = [(255, x + y + z, 0.09*x + y + z), (280, y + z, 0.07*y + z), (290, z, 0.13*z)]
    return -32.174*sum(k*ca.log((above + 0.03)/(below + 0.03)) for k, above, below in logs), [x + y + z - 1]


@problem({"x": 2, "y": 2, "z": 2}, "plane sphere")
def hs63(x, y, z):
    return 1000 - x**2 - 2*y**2 - z**2 - x*y - x*z, [8*x + 14*y + 7*z - 56, x**2 + y**2 + z**2 - 25]


@problem(array(-5, 5, 0), "c")
def hs65(a, b, c):
    return (a - b)**2 + (a + b - 10)**2/9 + (c - 5)**2, [a**2 + b**2 + c**2 - 48]


@problem(array(1, 5, 5, 1), "product sphere")
def hs71(a, b, c, d):
    return a*d*(a + b + c) + c, [a*b*c*d - 25, a**2 + b**2 + c**2 + d**2 - 40]


@problem(numbered(1, 1, 1, 1), "fat protein whole")
def hs73(a, b, c, d):
    spread = ca.sqrt(0.28*a**2 + 0.19*b**2 + 20.5*c**2 + 0.62*d**2)
    return (24.55*a + 26.75*b + 39*c + 40.5*d,
            [2.3*a + 5.6*b + 11.1*c + 1.3*d - 5, 12*a + 11.9*b + 41.8*c + 52.1*d - 21 - 1.645*spread, a + b + c + d - 1])


@problem({"p1": 0, "p2": 0, "a1": 0, "a2": 0}, "between first second third")
def hs74(p, q, a, b):
    load = lambda one, two, more: 1000*ca.sin(one - 0.25) + 1000*ca.sin(two - 0.25) + more
    return (3*p + 1e-6*p**3 + 2*q + 2e-6/3*q**3,
            [b - a, p - load(-a, -b, 894.8), q - load(a, a - b, 894.8), load(b, b - a, 1294.8)])


@problem(array(2, 2, 2, 2, 2), "a b")
def hs77(a, b, c, d, e):
    return ((a - 1)**2 + (a - b)**2 + (c - 1)**2 + (d - 1)**4 + (e - 1)**6,
            [a**2*d + ca.sin(d - e) - 2*sqrt(2), b + c**4*d**2 - 8 - sqrt(2)])


@problem(array(-2, 1.5, 2, -1, -1), "a b c")
def hs78(a, b, c, d, e):
    return a*b*c*d*e, [a**2 + b**2 + c**2 + d**2 + e**2 - 10, b*c - 5*d*e, a**3 + b**3 + 1]


@problem(array(2, 2, 2, 2, 2), "a b c")
def hs79(a, b, c, d, e):
    return ((a - 1)**2 + (a - b)**2 + (b - c)**2 + (c - d)**4 + (d - e)**4,
            [a + b**2 + c**3 - 2 - 3*sqrt(2), b - c**2 + d + 2 - 2*sqrt(2), a*e - 2])


@problem(numbered(-2, 2, 2, -1, -1), "sphere pair cubes")
def hs81(a, b, c, d, e):
    return (ca.exp(a*b*c*d*e) - 0.5*(a**3 + b**3 + 1)**2,
            [a**2 + b**2 + c**2 + d**2 + e**2 - 10, b*c - 5*d*e, a**3 + b**3 + 1])


@problem(numbered(5.54, 4.4, 12.02, 11.82, 0.702, 0.852), "rating loss")
def hs93(a, b, c, d, e, f):
    core, wire = a*d*(a + b + c), b*c*(a + 1.57*b + d)
    return (0.0204*core + 0.0187*wire + 0.0607*core*e**2 + 0.0437*wire*f**2,
            [0.001*a*b*c*d*e*f - 2.07, 0.00062*core*e**2 + 0.00058*wire*f**2 - 1])


@problem(numbered(6, 6, 6, 6, 6, 6, 6), "range c d e g")
def hs101(a, b, c, d, e, f, g):
    cost = (10*a*d**2*g**-0.25/(b*f**3) + 15*c*d/(a*b**2*e*g**0.5) + 20*b*f/(a**2*d*e**2) +
            25*a**2*b**2*e**0.5*g/(c*f**2))
    third = 1.0/3
    return cost, [
        cost,
        0.5*a**0.5*g/(c*f**2) + 0.7*a**3*b*f*g**0.5/c**2 + 0.2*c*f**(2*third)*g**0.25/(b*d**0.5) - 1,
        1.3*b*f/(a**0.5*c*e) + 0.8*c*f**2/(d*e) + 3.1*b**0.5*f**third/(a*d**2*e) - 1,
        2*a*e*g**third/(c**1.5*f) + 0.1*b*e/(c**0.5*f*g**0.5) + b*c**0.5*e/a + 0.65*c*e*g/(b**2*f) - 1,
        0.2*b*e**0.5*g**third/(a**2*d) + 0.3*a**0.5*b**2*c*d**third*g**0.25/e**(2*third) +
        0.4*c*e*g**0.75/(a**3*b**2) + 0.5*d*g**0.5/c**2 - 1]


@problem(numbered(5000, 5000, 5000, 200, 350, 150, 225, 425), "a b c d e f")
def hs106(a, b, c, d, e, f, g, h):
    return a + b + c, [0.0025*(d + f) - 1, 0.0025*(e + g - d) - 1, 0.01*(h - e) - 1,
                       a*f - 833.33252*d - 100*a + 83333.333, b*g - 1250*e - b*d + 1250*d,
                       c*h - 1250000 - c*e + 2500*e]


@problem(numbered(1745, 12000, 110, 3048, 1974, 89.2, 92.8, 8, 3.6, 145),
         "a_low a_high b_low b_high c_low c_high d_low d_high e f g")
def hs114(a, b, c, d, e, f, g, h, i, j):
    fits = [(35.82 - 0.222*j, 0.9, i), (3*g - 133, 0.99, j), (1.12*a + 0.13167*a*h - 0.00667*a*h**2, 0.99, d),
            (57.425 + 1.098*h - 0.038*h**2 + 0.325*f, 0.99, g)]
    rows = [row for value, part, x in fits for row in (value - part*x, value - x/part)]
    return (5.04*a + 0.035*b + 10*c + 3.36*e - 0.063*d*g,
            rows + [1.22*d - a - e, 98000*c/(d*i + 1000*c) - f, (b + e)/a - h])
