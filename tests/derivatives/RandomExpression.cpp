// Random expressions: leaves, operations, functions.
#include "tests/derivatives/RandomExpression.h"

#include <fmt/format.h>

#include <algorithm>

namespace costate::test {
namespace {

/// Estimates of ranges; what they are for is safe arguments, not proof.
Expression ranged(Expression e, std::initializer_list<double> samples) {
  e.low = std::min(samples), e.high = std::max(samples);
  return e;
}

Expression binary(const Expression &a, const Expression &b, const std::string &text,
                  Taylor (*apply)(const Taylor &, const Taylor &)) {
  auto value = [a = a.value, b = b.value, apply](const Indices &at, Point &p) {
    return apply(a(at, p), b(at, p));
  };
  return {text, value, 0, 0, a.usesVariables || b.usesVariables};
}

Expression corners(Expression e, const Expression &a, const Expression &b, double (*apply)(double, double)) {
  return ranged(e, {apply(a.low, b.low), apply(a.low, b.high), apply(a.high, b.low), apply(a.high, b.high)});
}

Expression unary(const Elementary &f, const Expression &a) {
  auto value = [&f, a = a.value](const Indices &at, Point &p) {
    Taylor x = a(at, p);
    if (f.hasKinks) { // at 0, or at the integers
      bool isStep = f.name[0] == 'f' || f.name[0] == 'c';
      double kink = isStep ? std::round(x.value) : 0;
      p.margin = std::min(p.margin, std::abs(x.value - kink));
    }
    return x.chain(f.value(x.value), f.first(x.value), f.second(x.value));
  };
  Expression e{fmt::format("{}({})", f.name, a.text), value, 0, 0, a.usesVariables};
  e.low = e.high = f.value(a.low);
  for (int k = 1; k <= 32; ++k) {
    double y = f.value(a.low + (a.high - a.low) * k / 32);
    e.low = std::min(e.low, y), e.high = std::max(e.high, y);
  }
  return e;
}

std::string literal(double value) {
  return value < 0 ? fmt::format("({})", value) : fmt::format("{}", value);
}

} // namespace

Expression RandomExpression::number() {
  double v = random.integer(-8, 12) / 4.0;
  return {literal(v), [v](const Indices &, Point &) { return Taylor(v); }, v, v};
}

Expression RandomExpression::scaled(Expression e, double largest) {
  double size = std::max(std::abs(e.low), std::abs(e.high));
  if (size <= largest)
    return e;
  double factor = std::ceil(size / largest);
  auto value = [v = e.value, factor](const Indices &at, Point &p) { return v(at, p) * Taylor(1 / factor); };
  return {fmt::format("({}/{})", e.text, factor), value, e.low / factor, e.high / factor, e.usesVariables};
}

Expression RandomExpression::shifted(Expression e, double lowest) {
  if (e.low >= lowest)
    return e;
  double by = std::ceil(4 * (lowest - e.low)) / 4;
  auto value = [v = e.value, by](const Indices &at, Point &p) { return v(at, p) + Taylor(by); };
  return {fmt::format("({} + {})", e.text, by), value, e.low + by, e.high + by, e.usesVariables};
}

Expression RandomExpression::entry(const Family &family) {
  std::vector<IndexExpression> indices;
  if (!family.members.empty()) {
    // both indices of a pair, or one member
    std::vector<size_t> pairs;
    for (size_t k = 0; k + 1 < bound.size(); ++k)
      if (bound[k].name.starts_with("l") && bound[k + 1].name.starts_with("m"))
        pairs.push_back(k);
    if (!pairs.empty() && !random.oneIn(5)) {
      size_t k = random.of(pairs);
      for (size_t which : {k, k + 1})
        indices.push_back(
            {bound[which].name, [slot = bound[which].slot](const Indices &at) { return at[slot]; }});
    } else {
      for (int which : random.of(family.members))
        indices.push_back({std::to_string(which), [which](const Indices &) { return which; }});
    }
  } else {
    for (size_t k = 0; k < family.ranges.size(); ++k)
      indices.push_back(index(family.kinds[k], family.ranges[k]));
  }
  std::string text = family.name;
  for (size_t k = 0; k < indices.size(); ++k)
    text += (k ? ", " : "[") + indices[k].text + (k + 1 == indices.size() ? "]" : "");
  auto position = [&family, indices](const Indices &at) {
    std::array<int, 2> tuple{0, 0};
    for (size_t k = 0; k < indices.size(); ++k)
      tuple[k] = indices[k].value(at);
    return family.position(tuple);
  };
  Expression e{text, {}, family.low, family.high, family.values.empty()};
  if (e.usesVariables)
    e.value = [position, &family](const Indices &at, Point &p) {
      int64_t entry = family.offset + position(at);
      return Taylor::variable(p.x[entry], entry, p.x.size());
    };
  else
    e.value = [position, &family](const Indices &at, Point &) {
      return Taylor(family.values[size_t(position(at))]);
    };
  return e;
}

Expression RandomExpression::variable() { return isOfRow ? entryOfRow(true) : entry(*random.of(variables)); }

/// An entry of a family over the elements of the bound index, in its row; of any family where there is none.
Expression RandomExpression::entryOfRow(bool isVariable) {
  const Bound &b = bound.front();
  std::vector<const Family *> families;
  auto add = [&](const Family &family) {
    if (family.kinds.size() == 1 && family.kinds[0] == b.kind && family.ranges[0] == b.range)
      families.push_back(&family);
  };
  for (const Family *family : variables)
    if (isVariable)
      add(*family);
  for (const Family &family : world.data)
    if (!isVariable)
      add(family);
  if (families.empty())
    return isVariable ? entry(*random.of(variables)) : number();
  const Family &family = *random.of(families);
  auto position = [slot = b.slot, low = b.range[0]](const Indices &at) { return at[size_t(slot)] - low; };
  Expression e{fmt::format("{}[{}]", family.name, b.name), {}, family.low, family.high, isVariable};
  e.value = [position, &family, isVariable](const Indices &at, Point &p) {
    int64_t entry = position(at) + family.offset;
    return isVariable ? Taylor::variable(p.x[entry], entry, p.x.size())
                      : Taylor(family.values[size_t(entry)]);
  };
  return e;
}

/// A let in two rows, as a difference or product: what is stored if it is expensive.
Expression RandomExpression::letTwice(const Let &let) {
  Expression a = letUse(let), b = letUse(let);
  if (random.oneIn(2))
    return corners(binary(a, b, fmt::format("({} - {})", a.text, b.text),
                          [](const Taylor &x, const Taylor &y) { return x - y; }),
                   a, b, [](double x, double y) { return x - y; });
  return corners(binary(a, b, fmt::format("{}*{}", a.text, b.text),
                        [](const Taylor &x, const Taylor &y) { return x * y; }),
                 a, b, [](double x, double y) { return x * y; });
}

Expression RandomExpression::leaf() {
  int choice = random.integer(1, 20);
  if (choice <= 2)
    return number();
  if (isOfRow)
    return choice <= 6 ? entryOfRow(false) : variable();
  if (choice <= 5)
    return entry(random.of(world.data));
  if (choice <= 8 && !lets.empty())
    return letUse(random.of(lets));
  return variable();
}

Expression RandomExpression::body(int size) {
  Expression e = any(size);
  if (e.usesVariables)
    return e;
  Expression x = variable();
  auto add = [](const Taylor &a, const Taylor &b) { return a + b; };
  return corners(binary(e, x, fmt::format("({} + {})", e.text, x.text), add), e, x,
                 [](double a, double b) { return a + b; });
}

Expression RandomExpression::bodyOfRow(int size) {
  isOfRow = !bound.empty();
  Expression inner = body(size), e = elementary(inner, true);
  if (random.oneIn(2)) {
    Expression x = variable();
    auto times = [](const Taylor &a, const Taylor &b) { return a * b; };
    e = corners(binary(e, x, fmt::format("{}*{}", e.text, x.text), times), e, x,
                [](double a, double b) { return a * b; });
  }
  isOfRow = false;
  return e;
}

Expression RandomExpression::bodyOfRows(int size) {
  Expression e = body(size);
  std::vector<const Let *> ofRow;
  for (const Let &let : lets)
    if (let.isOfRow)
      ofRow.push_back(&let);
  if (ofRow.empty())
    return e;
  Expression two = letTwice(*random.of(ofRow));
  auto add = [](const Taylor &a, const Taylor &b) { return a + b; };
  return corners(binary(e, two, fmt::format("({} + {})", e.text, two.text), add), e, two,
                 [](double a, double b) { return a + b; });
}

Expression RandomExpression::any(int size) {
  Expression e;
  int choice = random.integer(1, 100);
  if (size <= 1)
    return leaf();
  if (choice <= 36)
    e = arithmetic(size);
  else if (choice <= 58)
    e = elementary(any(size - 1), false);
  else if (choice <= 72)
    e = powers(size);
  else if (choice <= 79)
    e = extremes(size);
  else if (choice <= 85)
    e = conditional(size);
  else if (choice <= 90 && !lets.empty() && !isOfRow)
    e = letTwice(random.of(lets));
  else
    e = depth < (world.last > 5 ? 1 : 2) && !isOfRow ? sum(size) : arithmetic(size);
  return scaled(e, 20);
}

Expression RandomExpression::arithmetic(int size) {
  int left = random.integer(1, size - 1);
  Expression a = any(left), b = any(size - left);
  switch (random.integer(1, 9)) {
  case 1:
  case 2:
    count("+");
    return corners(binary(a, b, fmt::format("({} + {})", a.text, b.text),
                          [](const Taylor &x, const Taylor &y) { return x + y; }),
                   a, b, [](double x, double y) { return x + y; });
  case 3:
  case 4:
    count("-");
    return corners(binary(a, b, fmt::format("({} - {})", a.text, b.text),
                          [](const Taylor &x, const Taylor &y) { return x - y; }),
                   a, b, [](double x, double y) { return x - y; });
  case 5:
    count("unary -");
    return {fmt::format("(-{})", a.text), [v = a.value](const Indices &at, Point &p) { return -v(at, p); },
            -a.high, -a.low, a.usesVariables};
  case 6:
    count("/");
    b = shifted(b, 0.5);
    return corners(binary(a, b, fmt::format("{}/({})", a.text, b.text),
                          [](const Taylor &x, const Taylor &y) { return x / y; }),
                   a, b, [](double x, double y) { return x / y; });
  default:
    count("*");
    return corners(binary(a, b, fmt::format("{}*{}", a.text, b.text),
                          [](const Taylor &x, const Taylor &y) { return x * y; }),
                   a, b, [](double x, double y) { return x * y; });
  }
}

Expression RandomExpression::elementary(const Expression &inner, bool isSmooth) {
  const Elementary *choice = &random.of(elementaryFunctions());
  while (isSmooth && choice->hasKinks)
    choice = &random.of(elementaryFunctions());
  const Elementary &f = *choice;
  count(f.name);
  return unary(f, safe(inner, f.lowest, f.largest));
}

Expression RandomExpression::powers(int size) {
  Expression a = any(size - 1);
  switch (random.integer(1, 5)) {
  case 1: { // a constant integer, also negative
    int n = random.integer(-3, 4);
    count("^ integer");
    a = n < 0 ? safe(a, 0.5, 3) : scaled(a, 3);
    auto value = [v = a.value, n](const Indices &at, Point &p) {
      Taylor x = v(at, p);
      double f1 = n == 0 ? 0 : n * std::pow(x.value, n - 1),
             f2 = n * (n - 1) ? n * (n - 1) * std::pow(x.value, n - 2) : 0;
      return x.chain(std::pow(x.value, n), f1, f2);
    };
    Expression e{fmt::format("({})^{}", a.text, n), value, 0, 0, a.usesVariables};
    return ranged(e, {std::pow(a.low, n), std::pow(a.high, n), a.low * a.high < 0 ? 0 : std::pow(a.high, n)});
  }
  case 2: { // a constant real
    double c = random.of(std::vector<double>{-1.5, -0.5, 0.5, 1.5, 2.5, 0.3, 1.7});
    count("^ real");
    a = safe(a, 0.3, 3);
    auto value = [v = a.value, c](const Indices &at, Point &p) { return power(v(at, p), Taylor(c)); };
    Expression e{fmt::format("({})^{}", a.text, literal(c)), value, 0, 0, a.usesVariables};
    return ranged(e, {std::pow(a.low, c), std::pow(a.high, c)});
  }
  case 3: { // a square as a product of itself
    count("square");
    a = scaled(a, 4);
    Expression e =
        binary(a, a, fmt::format("({})^2", a.text), [](const Taylor &x, const Taylor &y) { return x * y; });
    return ranged(e, {0, a.low * a.low, a.high * a.high});
  }
  default: { // exponents from data or variables
    bool isData = random.oneIn(2);
    Expression b = isData ? entry(world.named("e")) : any(random.integer(1, 2));
    a = safe(a, 0.3, 3), b = scaled(b, 2);
    bool asFunction = random.oneIn(2);
    count(asFunction ? "pow" : isData ? "^ data" : "^ expression");
    std::string text =
        asFunction ? fmt::format("pow({}, {})", a.text, b.text) : fmt::format("({})^({})", a.text, b.text);
    Expression e = binary(a, b, text, power);
    return corners(e, a, b, [](double x, double y) { return std::pow(x, y); });
  }
  }
}

Expression RandomExpression::extremes(int size) {
  int left = random.integer(1, size - 1);
  Expression a = any(left), b = any(size - left);
  if (random.oneIn(3)) {
    a = safe(a, 0.3, 5), b = scaled(b, 5);
    count("atan2");
    return corners(binary(b, a, fmt::format("atan2({}, {})", b.text, a.text), angle), b, a,
                   [](double y, double x) { return std::atan2(y, x); });
  }
  bool isMax = random.oneIn(2);
  std::vector<Expression> list{a, b};
  if (random.oneIn(2))
    list.push_back(leaf());
  std::string text = count(isMax ? "max" : "min") + "(";
  Expression e = a;
  std::vector<decltype(e.value)> values;
  for (auto &one : list) {
    text += (values.empty() ? "" : ", ") + one.text;
    values.push_back(one.value);
    e.usesVariables |= one.usesVariables;
    e.low = isMax ? std::max(e.low, one.low) : std::min(e.low, one.low);
    e.high = isMax ? std::max(e.high, one.high) : std::min(e.high, one.high);
  }
  e.text = text + ")";
  e.value = [values, isMax](const Indices &at, Point &p) {
    Taylor best = values[0](at, p);
    for (size_t k = 1; k < values.size(); ++k) {
      Taylor next = values[k](at, p);
      p.margin = std::min(p.margin, std::abs(next.value - best.value));
      if (isMax ? next.value > best.value : next.value < best.value)
        best = next;
    }
    return best;
  };
  return e;
}

Expression RandomExpression::conditional(int size) {
  int left = random.integer(1, size - 1);
  Expression a = any(left), b = any(size - left);
  Expression e = a;
  e.usesVariables = a.usesVariables || b.usesVariables;
  e.low = std::min(a.low, b.low), e.high = std::max(a.high, b.high);
  auto data = random.oneIn(2) ? filter() : std::nullopt;
  if (data) {
    count("if on data");
    e.text = fmt::format("(if {} then {} else {})", data->text, a.text, b.text);
    e.value = [a = a.value, b = b.value, c = data->value](const Indices &at, Point &p) {
      return c(at) ? a(at, p) : b(at, p);
    };
    return e;
  }
  count("if on variables");
  Expression x = variable();
  double edge = random.integer(1, 3) / 4.0;
  e.text = fmt::format("(if {} > {} then {} else {})", x.text, edge, a.text, b.text);
  e.usesVariables = true;
  e.value = [a = a.value, b = b.value, x = x.value, edge](const Indices &at, Point &p) {
    double v = x(at, p).value;
    p.margin = std::min(p.margin, std::abs(v - edge));
    return v > edge ? a(at, p) : b(at, p);
  };
  return e;
}

Expression RandomExpression::sum(int size) {
  size_t before = bound.size();
  ++depth;
  bool isMean = random.oneIn(6);
  Binder binder;
  if (isMean) { // of a set that is not empty
    Bound &k = fresh(Element::Integer, {1, world.last});
    binder.text = k.name + " in I";
    binder.each = [slot = k.slot, last = world.last](Indices &at, const std::function<void()> &run) {
      for (at[slot] = 1; at[slot] <= last; ++at[slot])
        run();
    };
  } else {
    binder = bind(true);
  }
  Expression inner = body(size - 1);
  --depth;
  release(before);
  count(isMean ? "mean" : depth ? "sum in a sum" : "sum");
  auto value = [each = binder.each, v = inner.value, isMean](const Indices &at, Point &p) {
    Indices own = at;
    Taylor total(0);
    int rows = 0;
    each(own, [&] { total = total + v(own, p), ++rows; });
    return isMean ? total / Taylor(rows) : total;
  };
  double most = isMean ? 1 : std::max({world.last, world.nodes, int(world.pairs.size())}); // rows at most
  Expression e{fmt::format("{}({}) ({})", isMean ? "mean" : "sum", binder.text, inner.text), value, 0, 0,
               inner.usesVariables};
  e.text = "(" + e.text + ")";
  e.low = std::min(isMean ? inner.low : 0.0, most * inner.low);
  e.high = std::max(isMean ? inner.high : 0.0, most * inner.high);
  return e;
}

} // namespace costate::test
