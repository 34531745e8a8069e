/* The live connection, fetched and opened once the page is there: nothing that a guest sees first waits for it. */
import type { Following, Live, LiveOptions } from './live';
import type { Follower } from './liveChannel';

export type Liveness = Pick<Live, 'follow'>;

export class LiveSoon implements Liveness {
  #live: Promise<Live> | undefined;

  constructor(private readonly options: LiveOptions) {}

  /* Without it pages poll, so a piece of the program that does not come is asked for again by the next one who follows. */
  #load(): Promise<Live> {
    return (this.#live ??= import('./live').then(
      ({ Live: Connection }) => new Connection(this.options),
      (error: unknown) => {
        this.#live = undefined;
        throw error;
      },
    ));
  }

  follow(name: string, follower: Follower): Following {
    let following: Following | undefined;
    let hasLeft = false;
    this.#load().then(
      (live) => {
        if (!hasLeft) following = live.follow(name, follower);
      },
      () => {},
    );
    return {
      renew: () => following?.renew(),
      leave: () => {
        hasLeft = true;
        following?.leave();
      },
    };
  }
}
