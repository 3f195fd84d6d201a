import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Begun last, each of them would keep the whole run waiting by itself. The longest of them first. */
const longest = [
  'e2e/ticket-trouble',
  'e2e/fidelity',
  'e2e/hourly-register',
  'e2e/customer-to-agent-late',
  'e2e/ticket-limits',
  'browser/trouble',
  'e2e/agent-to-customer-trouble',
  'browser/support',
  'e2e/late-answers',
  'e2e/hanging-sunco',
  'e2e/start-trouble',
  'e2e/half-done',
  'e2e/sessions',
  'e2e/webhook',
  'browser/access',
  'browser/functions',
  'sandbox-page/start',
  'browser/handoff',
  'e2e/missed-events',
  'e2e/support-register',
]

/** A fresh clone has no times of an earlier run to order the files by, and what mostly waits may be a small file. */
export class LongestFirst extends BaseSequencer {
  public override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ moduleId }: TestSpecification): number => {
      const place = longest.findIndex((name) => moduleId.includes(`/test/${name}.test.ts`))
      return place < 0 ? longest.length : place
    }
    return (await super.sort(files)).toSorted((a, b) => rankOf(a) - rankOf(b))
  }
}
