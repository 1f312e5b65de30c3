// Files, check, lowering and code of one session.
#include "costate/Session.h"

#include "codegen/Codegen.h"
#include "costate/rt/Solve.h"
#include "frontend/diagnose/Render.h"
#include "frontend/lower/Lower.h"
#include "frontend/sema/Check.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "llvm/Support/thread.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace costate {

struct Session::State {
  CompileOptions options;
  Files files;
  Diagnostics diagnostics;
  std::vector<ast::StatementPtr> syntax; // of the first file, for `emit ast`
  std::unique_ptr<sema::Program> program;
  std::unique_ptr<mlir::MLIRContext> context;
  std::unique_ptr<JitModule> code;
  bool isGood = false;

  CodegenOptions codegenOptions() const {
    return {options.opt_level, options.cpu, options.strict, options.cache};
  }
  int readFile(const std::string &path, std::string &reason);
  bool check(const std::vector<int> &numbers);
  mlir::OwningOpRef<mlir::ModuleOp> lower(std::string &error);
  bool emit(Stage stage, std::string &text, std::string &error);
  void compile(std::string &error);
  bool compileObject(const std::string &path, std::string &error);
};

namespace {

std::string sentenceOf(llvm::Error error) { return llvm::toString(std::move(error)); }

std::vector<std::string> namesOf(const std::vector<rt::OptionRow> &rows) {
  std::vector<std::string> names;
  for (auto &row : rows)
    names.push_back(row.name);
  return names;
}

sema::MethodTable methodTable() {
  sema::MethodTable table;
  for (auto &solver : rt::solvers())
    table.methods.push_back(
        {solver.name,
         {},
         solver.takesEntries,
         [&solver](const std::string &option, double value) { return solver.check(option, value); },
         [&solver](const std::string &option, const std::string &word) {
           double unused = 0;
           return solver.check(option, word, unused);
         },
         [&solver](const std::string &option, const std::string &path) {
           return solver.checkFile(option, path);
         },
         [&solver](const std::string &option) { return solver.takesQuantity(option); }});
  table.ofModel.options = namesOf(rt::optionRows(rt::JudgementOptions{}));
  table.ofModel.check = [](const std::string &option, double value) {
    rt::JudgementOptions options;
    return rt::setOption(options, "", option, value);
  };
  table.ofModel.checkWord = [](const std::string &option, const std::string &word) {
    rt::JudgementOptions options;
    return rt::setOption(options, "", option, word);
  };
  return table;
}

} // namespace

int Session::State::readFile(const std::string &path, std::string &reason) {
  std::error_code failure;
  if (std::filesystem::is_directory(path, failure)) {
    reason = "it is a folder";
    return -1;
  }
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    reason = std::strerror(errno);
    return -1;
  }
  std::stringstream text;
  text << in.rdbuf();
  return files.add(std::filesystem::path(path).filename().string(),
                   std::filesystem::weakly_canonical(path, failure).string(), text.str());
}

bool Session::State::check(const std::vector<int> &numbers) {
  code.reset();
  auto import = [this](const std::string &path, int from, std::string &reason) {
    std::filesystem::path full(path);
    if (full.is_relative())
      full = std::filesystem::path(files[from].path).parent_path() / full;
    return readFile(full.string(), reason);
  };
  program = sema::check(files, numbers, methodTable(), import, diagnostics);
  std::stable_sort(diagnostics.begin(), diagnostics.end(), [](auto &a, auto &b) {
    return std::tuple(a.place.file, a.place.line, a.place.column) <
           std::tuple(b.place.file, b.place.line, b.place.column);
  });
  isGood = std::none_of(diagnostics.begin(), diagnostics.end(),
                        [](auto &d) { return d.severity == Severity::Error; });
  return isGood;
}

mlir::OwningOpRef<mlir::ModuleOp> Session::State::lower(std::string &error) {
  if (!context) {
    mlir::DialectRegistry registry;
    registerDialects(registry);
    context = std::make_unique<mlir::MLIRContext>(registry, mlir::MLIRContext::Threading::DISABLED);
    context->loadAllAvailableDialects();
  }
  size_t known = diagnostics.size();
  auto module = lower::lower(*program, files, *context, diagnostics);
  if (diagnostics.size() > known) {
    isGood = false;
    const Diagnostic &first = diagnostics[known];
    error = fmt::format("{}:{}:{}: {} [{}]", files[size_t(first.place.file)].path, first.place.line,
                        first.place.column, first.message, first.id);
    return {};
  }
  if (failed(mlir::verify(*module))) {
    error = "internal error: the lowered program is not valid";
    return {};
  }
  return module;
}

bool Session::State::emit(Stage stage, std::string &text, std::string &error) {
  auto module = lower(error);
  if (!module)
    return false;
  auto result = costate::emit(*module, stage, codegenOptions());
  if (!result) {
    error = sentenceOf(result.takeError());
    return false;
  }
  text = std::move(*result);
  return true;
}

void Session::State::compile(std::string &error) {
  auto module = lower(error);
  if (!module)
    return;
  auto compiled = JitModule::compile(*module, codegenOptions());
  if (compiled)
    code = std::move(*compiled);
  else
    error = sentenceOf(compiled.takeError());
}

bool Session::State::compileObject(const std::string &path, std::string &error) {
  auto module = lower(error);
  if (!module)
    return false;
  auto failure = emitObject(*module, codegenOptions(), path, /*withMain=*/true);
  if (!failure)
    return true;
  error = sentenceOf(std::move(failure));
  return false;
}

/// LLVM recurses along chains of operations, and a sum that a user writes is a chain: 100,000 terms are
/// 75,000 frames of `Reassociate` alone, more than the 8 MB of a usual stack. The pages are taken as they are
/// used.
static void onDeepStack(llvm::function_ref<void()> work) {
  constexpr unsigned stackBytes = 1u << 29;
  llvm::thread thread(std::optional<unsigned>(stackBytes), [&] { work(); });
  thread.join();
}

Session::Session(CompileOptions options) : state(std::make_unique<State>()) {
  state->options = std::move(options);
}
Session::~Session() = default;

bool Session::loadFiles(const std::vector<std::string> &paths) {
  std::vector<int> numbers;
  for (auto &path : paths) {
    std::string reason;
    int number = state->readFile(path, reason);
    if (number < 0) {
      Diagnostic diagnostic;
      diagnostic.id = "no-file";
      diagnostic.message = "cannot read `" + path + "`: " + reason;
      state->diagnostics.push_back(diagnostic);
      return state->isGood = false;
    }
    numbers.push_back(number);
  }
  return state->check(numbers);
}

bool Session::loadText(const std::string &name, const std::string &text) {
  return state->check({state->files.add(name, "", text)});
}

const std::vector<Diagnostic> &Session::diagnostics() const { return state->diagnostics; }

std::string Session::renderedDiagnostics() const {
  std::string text;
  for (auto &diagnostic : state->diagnostics)
    text += render(diagnostic, state->files);
  return text;
}

std::string Session::rendered(const rt::RunFailure &failure) const {
  Diagnostic diagnostic;
  diagnostic.id = failure.id;
  diagnostic.message = failure.message;
  for (size_t file = 0; file < state->files.size(); ++file)
    if (state->files.name(int(file)) == failure.file)
      diagnostic.place = {int(file), failure.line, failure.column, 0, 0};
  return render(diagnostic, state->files);
}

bool Session::emit(const std::string &stage, std::string &text, std::string &error) {
  if (stage == "ast") {
    Diagnostics ignored;
    text = printAst(parse(state->files, 0, ignored));
    return true;
  }
  static const std::map<std::string, Stage> stages{
      {"problem", Stage::Problem}, {"functions", Stage::Functions}, {"loops", Stage::Loops},
      {"llvm", Stage::Llvm},       {"asm", Stage::Assembly},        {"descriptor", Stage::Descriptor}};
  auto known = stages.find(stage);
  if (known == stages.end()) {
    error =
        "unknown stage `" + stage + "`; the stages are ast, problem, functions, loops, llvm, asm, descriptor";
    return false;
  }
  bool isGood = false;
  onDeepStack([&] { isGood = state->emit(known->second, text, error); });
  return isGood;
}

bool Session::compile(std::string &error) {
  if (!state->code)
    onDeepStack([&] { state->compile(error); });
  return bool(state->code);
}

std::unique_ptr<rt::Program> Session::program(rt::RunOptions options, rt::Output output, std::string &error) {
  if (!compile(error))
    return nullptr;
  return std::make_unique<rt::Program>(state->code->get(), std::move(options), std::move(output));
}

bool Session::compileObject(const std::string &path, std::string &error) {
  bool isGood = false;
  onDeepStack([&] { isGood = state->compileObject(path, error); });
  return isGood;
}

bool Session::compileExecutable(const std::string &path, const std::string &runtime_library,
                                std::string &error) {
  std::string object = path + ".o";
  if (!compileObject(object, error))
    return false;
  auto failure = linkExecutable(object, runtime_library, path);
  std::filesystem::remove(object);
  if (!failure)
    return true;
  error = sentenceOf(std::move(failure));
  return false;
}

} // namespace costate
