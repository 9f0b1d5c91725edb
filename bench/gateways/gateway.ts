import type { CloudAnswer, MemberAnswer, UserAnswer, Workload, WorkloadName } from "../workloads.ts";

export interface Gateway {
  readonly name: string;
  readonly title: string;
  /**
   * What to start.
   * @param upstream the origin of both services
   * @param folder where it may keep files
   * @returns Arguments for Node. The process then writes where it listens, `http://127.0.0.1:4000/graphql`.
   */
  command(upstream: string, folder: string): Promise<readonly string[]>;
  /** What it is asked in a workload, one body of a POST for each key in their order. */
  ask(workload: Workload, url: string): Promise<readonly string[]>;
  readonly read: Readers;
}

/** From `data` of an answer to the form in which answers are compared. May throw where the answer is of another shape. */
export type Readers = Readonly<Record<WorkloadName, (data: never) => AnswerOf>>;

type AnswerOf = UserAnswer | readonly MemberAnswer[] | readonly CloudAnswer[];

/** The answer's text. @throws Error for any status but 200 */
export async function post(url: string, body: string): Promise<string> {
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`status ${response.status}: ${text.slice(0, 500)}`);
  return text;
}
