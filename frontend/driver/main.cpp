// The command line: costate run | check | emit | compile | explain | help.
#include "costate/Session.h"
#include "costate/rt/Solve.h"
#include "frontend/driver/ProgressBar.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>

using namespace costate;

namespace {

volatile int cancelFlag = 0; // a signal handler can reach nothing else

struct Arguments {
  std::vector<std::string> files;
  std::string data, stage = "problem", output, form = "exe", topic;
  std::vector<std::string> values;
  bool verbose = false;
  std::vector<std::string> topics; // of `explain`
  int threads = 0;
  CompileOptions compile;
};

int fail(const std::string &sentence) {
  std::fflush(stdout);
  std::fprintf(stderr, "error: %s\n", sentence.c_str());
  return 1;
}

/// What compiling found wrong in the model, with its place, or the sentence.
int fail(const Session &session, const std::string &sentence) {
  auto &found = session.diagnostics();
  if (std::none_of(found.begin(), found.end(), [](auto &d) { return d.severity == Severity::Error; }))
    return fail(sentence);
  std::fputs(session.renderedDiagnostics().c_str(), stderr);
  return 1;
}

/// Reads and checks the files; prints what is wrong with them.
bool load(Session &session, const Arguments &arguments) {
  bool good = session.loadFiles(arguments.files);
  std::fputs(session.renderedDiagnostics().c_str(), stderr);
  return good;
}

int run(const Arguments &arguments, bool explain) {
  Session session(arguments.compile);
  if (!load(session, arguments))
    return 1;
  rt::RunOptions options;
  auto folder = std::filesystem::path(arguments.files[0]).parent_path();
  options.output_folder = folder.empty() ? "." : folder.string();
  options.base_folder = arguments.data.empty() ? options.output_folder : arguments.data;
  options.verbose = arguments.verbose;
  options.explain = explain;
  for (auto &topic : rt::explainTopics())
    options.*topic.wanted = std::count(arguments.topics.begin(), arguments.topics.end(), topic.name) > 0;
  options.threads = arguments.threads;
  for (auto &pair : arguments.values) {
    size_t split = pair.find('=');
    if (split == std::string::npos)
      return fail("--set needs NAME=VALUE, got `" + pair + "`");
    options.values[pair.substr(0, split)] = pair.substr(split + 1);
  }
  costate_host host{};
  host.cancel = &cancelFlag;
  options.host = &host;
  std::signal(SIGINT, [](int) { cancelFlag = 1; });
  rt::Output output;
  output.print = [](const std::string &line) { std::printf("%s\n", line.c_str()); };
  output.report = [&](const rt::RunFailure &failure) {
    std::fflush(stdout);
    std::fputs(session.rendered(failure).c_str(), stderr);
  };
  ProgressBar bar;
  if (ProgressBar::isWanted())
    output.progress = [&bar](const std::string &problem, const rt::IterationRow *row) {
      row ? bar.show(problem, *row) : bar.clear();
    };
  std::string error;
  auto program = session.program(options, output, error);
  return program ? program->run() : fail(session, error);
}

int emit(const Arguments &arguments) {
  Session session(arguments.compile);
  bool good = session.loadFiles(arguments.files);
  if (!good && arguments.stage != "ast") {
    std::fputs(session.renderedDiagnostics().c_str(), stderr);
    return 1;
  }
  std::string text, error;
  if (!session.emit(arguments.stage, text, error))
    return fail(session, error);
  std::fputs(text.c_str(), stdout);
  return 0;
}

/// The runtime library lies beside the compiler: ../lib/libcostate_rt.a.
std::string runtimeLibrary() {
  std::error_code failure;
  auto self = std::filesystem::read_symlink("/proc/self/exe", failure);
  return (self.parent_path().parent_path() / "lib" / "libcostate_rt.a").string();
}

int compile(const Arguments &arguments) {
  Session session(arguments.compile);
  if (!load(session, arguments))
    return 1;
  std::string error, path = arguments.output;
  if (path.empty())
    path = std::filesystem::path(arguments.files[0]).stem().string() + (arguments.form == "obj" ? ".o" : "");
  bool good = arguments.form == "obj" ? session.compileObject(path, error)
                                      : session.compileExecutable(path, runtimeLibrary(), error);
  return good ? 0 : fail(session, error);
}

/// What to say of a first word that is no command; empty where it is one or an option.
std::string unknownCommand(const CLI::App &app, const std::string &word) {
  std::string known;
  for (const CLI::App *command : app.get_subcommands({})) {
    if (word == command->get_name())
      return "";
    known += (known.empty() ? "`" : ", `") + command->get_name() + "`";
  }
  return word.starts_with("-") ? "" : "unknown command `" + word + "`; the commands are " + known;
}

int help(const std::string &topic) {
  if (topic == "explain") {
    for (auto &row : rt::explainTopics())
      std::printf("  --%-10s %s\n", row.name, row.meaning);
    return 0;
  }
  std::string known;
  for (auto &solver : rt::solvers()) {
    if (topic.empty() || topic == solver.name)
      std::printf("%s: %s\n", solver.name, solver.method);
    if (topic == solver.name)
      return std::fputs(solver.help().c_str(), stdout), 0;
    known += (known.empty() ? "`" : ", `") + std::string(solver.name) + "`";
  }
  return topic.empty() ? 0 : fail("no help on `" + topic + "`; the solvers are " + known);
}

} // namespace

int main(int argc, char **argv) {
  Arguments arguments;
  CLI::App app{"Costate: optimization problems to native code"};
  app.require_subcommand(1);
  auto withFiles = [&](CLI::App *command) {
    command->add_option("files", arguments.files, "model.opt, then files that give values to its parameters")
        ->required();
    command->add_option("-O", arguments.compile.opt_level, "optimization level, 0 to 3")
        ->check(CLI::Range(0, 3));
    command->add_option("--cpu", arguments.compile.cpu, "processor to compile for; default: this one");
    command->add_flag("--strict", arguments.compile.strict,
                      "the operations as written: a*b + c rounds twice, x/d is a division");
    return command;
  };
  auto withData = [&](CLI::App *command) {
    command->add_option("--data", arguments.data, "folder of relative data files; default: the model's");
    command->add_option("--set", arguments.values, "NAME=VALUE, replaces a scalar parameter")
        ->allow_extra_args(false);
    command->add_flag("--verbose", arguments.verbose, "show iterations");
    command->add_option("--threads", arguments.threads, "threads that evaluate functions; default: 4 at most")
        ->check(CLI::Range(1, 256));
    return command;
  };
  auto *runCommand = withData(
      withFiles(app.add_subcommand("run", "run a model's commands; without commands solve its problems")));
  auto *checkCommand = withFiles(app.add_subcommand("check", "check a model without its data"));
  auto *explainCommand = withData(
      withFiles(app.add_subcommand("explain", "run, and say what was built: spaces, patterns, entries")));
  for (auto &topic : rt::explainTopics())
    explainCommand->add_flag_callback(
        std::string("--") + topic.name, [&arguments, name = topic.name] { arguments.topics.push_back(name); },
        topic.meaning);
  auto *emitCommand = withFiles(app.add_subcommand("emit", "show a stage of the compiler"));
  emitCommand->add_option("--stage", arguments.stage,
                          "ast, problem, functions, loops, llvm, asm, descriptor");
  auto *compileCommand = withFiles(app.add_subcommand("compile", "make an executable or an object"));
  compileCommand->add_option("--emit", arguments.form, "exe or obj")->check(CLI::IsMember({"exe", "obj"}));
  compileCommand->add_option("-o", arguments.output, "file to write");
  auto *helpCommand = app.add_subcommand("help", "options of a solver, or of `explain`");
  helpCommand->add_option("topic", arguments.topic, "name of a solver, or `explain`");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &e) {
    if (std::string sentence = argc > 1 ? unknownCommand(app, argv[1]) : ""; !sentence.empty())
      return fail(sentence);
    return app.exit(e) == 0 ? 0 : 1; // --help is no error; the library's own codes mean nothing to a user
  }
  if (*runCommand)
    return run(arguments, false);
  if (*explainCommand)
    return run(arguments, true);
  if (*checkCommand) {
    Session session(arguments.compile);
    return load(session, arguments) ? 0 : 1;
  }
  if (*emitCommand)
    return emit(arguments);
  if (*compileCommand)
    return compile(arguments);
  if (*helpCommand)
    return help(arguments.topic);
  return 1;
}
