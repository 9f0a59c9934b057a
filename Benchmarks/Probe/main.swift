import Core
import Glibc
import Platform

// tailship-probe: what the benchmarks measure inside of a process, on one thread; not part of any package.
//
//   tailship-probe envelope|rows ROUNDS   the files that standard input lists, one "SOURCE\tNAME\tPATH" a line
//   tailship-probe long                   lines of 200 MB: one string, dense, dense but damaged
//   tailship-probe queries CATALOG ROUNDS [QUESTION]
//                                         the questions of a page
//
// Prints one line of JSON a round or a question.

func run(_ words: [String]) throws(OperatorError) {
    switch (words.first, words.count) {
    case ("envelope", 2): try ParseProbe(.standardInput()).envelopes(rounds: rounds(words[1]))
    case ("rows", 2): try ParseProbe(.standardInput()).rows(rounds: rounds(words[1]))
    case ("long", 1): try LongLineProbe.run()
    case ("queries", 3), ("queries", 4):
        let only = words.count > 3 ? words[3] : nil
        try QueryProbe(BytePath(words[1])).run(rounds: rounds(words[2]), only: only)
    default:
        throw OperatorError(.usage, "tailship-probe: see Benchmarks/Probe/main.swift")
    }
}

func rounds(_ text: String) throws(OperatorError) -> Int {
    guard let count = Int(text), count > 0 else {
        throw OperatorError(.usage, "a number of rounds, not \(text)")
    }
    return count
}

do throws(OperatorError) {
    try run(Array(CommandLine.arguments.dropFirst()))
} catch {
    Log.error(error)
    exit(1)
}
