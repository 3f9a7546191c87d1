/** Whether a run is to end: what has begun goes on to its end, and nothing more is begun. */
export class Interruption {
  #isRequested = false;

  get isRequested(): boolean {
    return this.#isRequested;
  }

  request(): void {
    this.#isRequested = true;
  }

  /** Lets Ctrl-C ask for the end of what is done here, rather than end it. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    const request = () => this.request();
    process.on("SIGINT", request);
    try {
      return await work();
    } finally {
      process.off("SIGINT", request);
    }
  }
}
